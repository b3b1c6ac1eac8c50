//! Commands in the documents do what the documents say.

mod common;

use std::path::Path;

use common::{complaint, xinzhi};

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Indented lines that begin with a word, without the comments after them.
fn commands(text: &str, begin: &str) -> Vec<String> {
    let lines = text.lines().filter_map(|line| line.strip_prefix("    ")).filter(|line| line.starts_with(begin));
    lines.map(|line| line.split('#').next().unwrap_or_default().trim().to_owned()).collect()
}

fn is_configuration(word: &str) -> bool {
    Path::new(word).extension().is_some_and(|end| end == "toml")
}

/// Runs one line in a folder; it must end with the given code.
fn execute(folder: &Path, line: &str, code: i32) {
    let words: Vec<&str> = line.split_whitespace().skip(1).collect();
    let done = xinzhi(folder, &words);
    assert_eq!(done.status.code(), Some(code), "{line}\n{}", complaint(&done));
}

#[test]
fn the_tutorial_can_be_followed_to_its_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut file, mut inside) = (None, None::<String>);
    let mut executed = 0;
    for line in read("docs/tutorial.md").lines() {
        if let Some(text) = &mut inside {
            if line == "```" {
                let name: String = file.clone().expect("a file is named before its text");
                std::fs::write(folder.path().join(name), text).expect("a file");
                inside = None;
            } else {
                text.push_str(line);
                text.push('\n');
            }
        } else if line == "```toml" {
            inside = Some(String::new());
        } else if let Some(command) = line.strip_prefix("    xinzhi ") {
            let (command, comment) = command.split_once('#').unwrap_or((command, ""));
            let code = comment.trim().strip_prefix("ends with ").map_or(0, |code| code.parse().expect("a number"));
            execute(folder.path(), &format!("xinzhi {command}"), code);
            executed += 1;
        }
        if let Some(name) = line.split('`').find(|word| line.ends_with(':') && is_configuration(word)) {
            file = Some(name.to_owned());
        }
    }
    assert!(executed > 10, "only {executed} commands were found");
    for result in [
        "outputs/quick/seed-1/figures/overview.png",
        "comparison/overview.png",
        "comparison/overview.csv",
        "comparison/overview.csv-metadata.json",
        "comparison/credit_and_bad_loans.png",
        "outputs/quick/seed-1/figures/85mm/unemployment_by_task.pdf",
        "outputs/quick/seed-1/figures/zh/slides/unemployment_by_task.png",
    ] {
        assert!(folder.path().join(result).is_file(), "the tutorial leaves no {result}");
    }
}

/// README.md as a newcomer follows it: its experiment and every command. What takes minutes is only parsed.
#[test]
fn the_commands_of_the_readme_work() {
    let folder = tempfile::tempdir().expect("a folder");
    let readme = read("README.md");
    let block = readme.split("    extends = ").nth(1).and_then(|rest| rest.split("\n\nand then").next());
    let block = block.expect("README.md has an experiment");
    std::fs::write(folder.path().join("my.toml"), format!("extends = {}", block.replace("\n    ", "\n")))
        .expect("a file");
    let mut executed = 0;
    for line in commands(&readme, "cargo run --release -- ") {
        let line = line.replace("cargo run --release --", "xinzhi");
        let parsed = xinzhi::cli::parse(line.split_whitespace().map(Into::into));
        assert!(parsed.is_ok(), "{line}");
        if !line.contains("configs/") {
            execute(folder.path(), &line, 0);
            executed += 1;
        }
    }
    assert_eq!(executed, 6);
    assert!(folder.path().join("outputs/my/seed-2/figures/zh/slides/overview.png").is_file());
}

/// The commands of `docs/experiments.md` about ensembles and comparisons, with few seeds of a tiny world.
#[test]
fn the_experiments_of_the_document_can_be_done() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut executed, document) = (0, read("docs/experiments.md"));
    for verb in commands(&document, "xinzhi ") {
        let small = " --years 5 --no-plots --set population.persons_per_worker=1450000";
        let line = match verb.split_whitespace().nth(1) {
            Some("ensemble") => verb.replace("1..=20", "1..=3").replace("1..=30", "1..=4") + small,
            Some("compare" | "plot" | "inspect") => verb,
            _ => continue,
        };
        execute(folder.path(), &line, 0);
        executed += 1;
    }
    assert!(executed >= 9, "only {executed} commands were found");
    for result in [
        "outputs/quick/seed-3/figures/overview.png",
        "outputs/quick/seed-4/series.parquet",
        "outputs/compare/quick_no-ai/event_study.pdf",
        "outputs/compare/quick_no-ai/table.tex",
        "outputs/one-pair/compare.json",
    ] {
        assert!(folder.path().join(result).is_file(), "the document leaves no {result}");
    }
}

#[test]
fn the_chinese_readme_has_the_same_commands_and_links() {
    let (english, chinese) = (read("README.md"), read("README.zh.md"));
    assert_eq!(commands(&english, "cargo "), commands(&chinese, "cargo "));
    let links = |text: &str| -> Vec<String> {
        let found = text.split("](").skip(1).filter_map(|rest| rest.split(')').next()).map(str::to_owned);
        let mut found: Vec<String> = found.filter(|link| !link.starts_with("README")).collect();
        found.sort();
        found.dedup();
        found
    };
    assert_eq!(links(&english), links(&chinese));
    let settings = |text: &str| -> Vec<String> {
        let rows = text.lines().filter(|line| line.starts_with("    ") && (line.contains(" = ") || line.contains('[')));
        rows.map(|line| line.split('#').next().unwrap_or_default().trim().to_owned()).collect()
    };
    assert_eq!(settings(&english), settings(&chinese));
    assert!(chinese.lines().count() < 150);
}

/// The Python of `docs/reading-results.md`, block by block, in the folder of a run.
#[test]
#[ignore = "needs Python with pandas, pyarrow, polars and duckdb: XINZHI_PYTHON=python3 cargo test --test tutorial -- --ignored"]
fn results_are_read_as_the_document_says() {
    let python = std::env::var("XINZHI_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let folder = tempfile::tempdir().expect("a folder");
    execute(folder.path(), "xinzhi run quick --years 2 --no-plots --panel firms --panel workers --out run", 0);
    let document = read("docs/reading-results.md");
    let mut executed = 0;
    for block in document.split("```python\n").skip(1) {
        let program = block.split("```").next().unwrap_or_default();
        let mut command = std::process::Command::new(&python);
        let done =
            command.args(["-c", program]).current_dir(folder.path().join("run")).output().expect("Python starts");
        assert!(done.status.success(), "{program}\n{}", complaint(&done));
        executed += 1;
    }
    assert_eq!(executed, 3);
}

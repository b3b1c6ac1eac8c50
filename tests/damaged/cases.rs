//! The damages, and what must be told about each.

use std::path::Path;

/// What is damaged.
pub enum Damage {
    /// The text of the file.
    Text(&'static str),
    /// The bytes of the file.
    Bytes(&'static [u8]),
    /// The file is sound, what follows `--set` is not.
    Set(&'static [&'static str]),
    /// The file is sound, the table of this name in its `data_directory` is not: a text in it was replaced by another.
    Table(&'static str, &'static str, &'static str),
    /// Something in the folder itself.
    Folder(fn(&Path)),
}
use Damage::{Bytes, Folder, Set, Table, Text};

/// Name, damage, what standard error must hold: place, mistake, remedy.
pub type Case = (&'static str, Damage, &'static [&'static str]);

const NAMES: &[Case] = &[
    (
        "a typo in a key",
        Text("[run]\nsede = 1\n"),
        &["my.toml:2:1", "unknown key `sede` in table [run]", "did you mean `seed`?"],
    ),
    (
        "a typo in a table",
        Text("[populaton]\nx = 1\n"),
        &["my.toml:1:2", "unknown table [populaton]", "did you mean [population]?"],
    ),
    ("a key of another table", Text("[ai]\nyears = 4\n"), &["my.toml:2:1", "`years` is a key of [run]"]),
    (
        "a key outside of any table",
        Text("seed = 4\n"),
        &["my.toml:1:1", "outside of any table", "`seed` is a key of [run]"],
    ),
    ("a key like nothing", Text("[run]\nqqq = 4\n"), &["my.toml:2:1", "the keys of [run] are seed, years, start"]),
    ("a key of a table without keys", Text("[calendar]\nx = 1\n"), &["my.toml:2:1", "[calendar] has no keys"]),
    (
        "a table as a key",
        Text("run = 4\n"),
        &["my.toml:1:1", "`run` is a table, not a key", "write [run] on a line of its own"],
    ),
    (
        "a table as a list",
        Text("[[run]]\nseed = 4\n"),
        &["my.toml:1:3", "not a list of tables", "write [run], with single brackets"],
    ),
    ("an unknown list", Text("[[polices]]\nkind = 'x'\n"), &["my.toml:1:3", "unknown table [polices]"]),
    (
        "a policy",
        Text("[[policy]]\nkind = \"tariff\"\nfrom = \"2026Q1\"\n"),
        &["my.toml:1:3", "no policy kinds are built yet", "remove every [[policy]]"],
    ),
    ("a shock", Text("[[shock]]\nkind = \"land_price\"\n"), &["my.toml:1:3", "no shock kinds are built yet"]),
    ("capitals", Text("[Run]\nseed = 1\n"), &["my.toml:1:2", "did you mean [run]?"]),
    (
        "a hyphen",
        Text("[population]\npersons-per-worker = 1\n"),
        &["my.toml:2:1", "did you mean `persons_per_worker`?"],
    ),
    ("a Chinese key", Text("[run]\n种子 = 1\n"), &["my.toml:2:1", "malformed TOML", "my.toml"]),
    (
        "a quoted Chinese key",
        Text("[run]\n\"种子\" = 1\n"),
        &["my.toml:2:1", "unknown key `种子`", "the keys of [run] are"],
    ),
    ("escape codes in a key", Text("[run]\n\"\\u001b[31m\" = 1\n"), &["my.toml:2:1", "unknown key `\\u{1b}[31m`"]),
];

const KINDS: &[Case] = &[
    (
        "a number in quotes",
        Text("[run]\nseed = \"1\"\n"),
        &["my.toml:2:8", "must be a whole number", "write 1 without quotes"],
    ),
    (
        "a fraction for a count",
        Text("[run]\nyears = 1.5\n"),
        &["my.toml:2:9", "must be a whole number, but is the number 1.5"],
    ),
    (
        "a number for a switch",
        Text("[ai]\nenabled = 1\n"),
        &["my.toml:2:11", "must be true or false, but is the whole number 1"],
    ),
    ("a word for a switch", Text("[ai]\nenabled = \"true\"\n"), &["my.toml:2:11", "write true without quotes"]),
    ("yes for a switch", Text("[ai]\nenabled = yes\n"), &["my.toml:2:11", "write true"]),
    ("True for a switch", Text("[ai]\nenabled = True\n"), &["my.toml:2:11", "write true"]),
    (
        "a date for a quarter",
        Text("[run]\nstart = 2024-01-01\n"),
        &["my.toml:2:9", "must be a word in quotes, but is the date 2024-01-01"],
    ),
    ("a bare quarter", Text("[run]\nstart = 2024Q1\n"), &["my.toml:2:9", "malformed TOML"]),
    ("a list for a number", Text("[run]\nyears = [1, 2]\n"), &["my.toml:2:9", "but is a list"]),
    ("a table for a number", Text("[run.years]\na = 1\n"), &["my.toml:1:", "but is a table"]),
    (
        "a word for a number",
        Text("[entry]\nrate = \"high\"\n"),
        &["my.toml:2:8", "must be a number, but is the word \"high\""],
    ),
    (
        "nan",
        Text("[entry]\nrate = nan\n"),
        &["my.toml:2:8", "`entry.rate` is NaN, but must be from 0 to 0.5 [per quarter]"],
    ),
    ("infinity", Text("[population]\npersons_per_worker = inf\n"), &["my.toml:2:22", "from 100 to 2000000 [persons]"]),
    ("minus infinity", Text("[entry]\nrate = -inf\n"), &["my.toml:2:8", "from 0 to 0.5"]),
    ("a huge integer", Text("[run]\nseed = 99999999999999999999999\n"), &["my.toml:2:8", "from 0 to 9007199254740991"]),
    (
        "an integer beyond exact numbers",
        Text("[run]\nseed = 9223372036854775807\n"),
        &["my.toml:2:8", "from 0 to 9007199254740991"],
    ),
    ("a huge exponent", Text("[entry]\nrate = 1e999\n"), &["my.toml:2:8", "from 0 to 0.5"]),
    (
        "below the range",
        Text("[run]\nyears = 0\n"),
        &["my.toml:2:9", "`run.years` is 0, but must be from 1 to 1000 [years]"],
    ),
    ("above the range", Text("[retraining]\nsuccess = 1.01\n"), &["my.toml:2:11", "from 0 to 1 [share]"]),
    ("a negative seed", Text("[run]\nseed = -1\n"), &["my.toml:2:8", "from 0 to"]),
    (
        "an unknown choice",
        Text("[calibration]\nopening = \"stationry\"\n"),
        &["my.toml:2:11", "one of \"2023\", \"stationary\"", "did you mean \"stationary\"?"],
    ),
    (
        "a choice without quotes",
        Text("[calibration]\nopening = 2023\n"),
        &["my.toml:2:11", "write one of \"2023\", \"stationary\""],
    ),
    (
        "a per cent sign",
        Text("[entry]\nrate = 5%\n"),
        &["my.toml:2:", "malformed TOML", "write 0.05: rates are shares of one"],
    ),
    (
        "a decimal comma",
        Text("[entry]\nrate = 0,05\n"),
        &["my.toml:2:", "malformed TOML", "write 0.05, with a decimal point"],
    ),
    (
        "no digit before the point",
        Text("[entry]\nrate = .05\n"),
        &["my.toml:2:", "malformed TOML", "digits stand on both sides of the point"],
    ),
    ("no such quarter", Text("[run]\nstart = \"2024Q5\"\n"), &["my.toml:2:9", "not a quarter", "such as \"2024Q1\""]),
    ("a year out of bounds", Text("[run]\nstart = \"0023Q1\"\n"), &["my.toml:2:9", "not a quarter"]),
];

const SYNTAX: &[Case] = &[
    (
        "a key twice",
        Text("[run]\nseed = 1\nyears = 2\nseed = 2\n"),
        &["my.toml:4:1", "set twice", "my.toml:2:1", "set here before", "keep one of the two"],
    ),
    (
        "a table twice",
        Text("[run]\nseed = 1\n[ai]\n[run]\nyears = 2\n"),
        &["my.toml:4:2", "this table stands twice", "keep one of the two"],
    ),
    (
        "an unclosed table",
        Text("[run\nseed = 1\n"),
        &["my.toml:1:", "malformed TOML", "close the name of the table with `]`"],
    ),
    (
        "an unclosed quotation mark",
        Text("[run]\nstart = \"2024Q1\n"),
        &["my.toml:2:", "malformed TOML", "close the quotation mark"],
    ),
    ("curly quotation marks", Text("[run]\nstart = “2024Q1”\n"), &["my.toml:2:", "write straight quotation marks"]),
    ("a colon", Text("[run]\nseed: 1\n"), &["my.toml:2:", "malformed TOML", "write seed = 1"]),
    ("no value", Text("[run]\nseed =\n"), &["my.toml:2:", "malformed TOML", "write a value behind the equals sign"]),
    ("two equals signs", Text("[run]\nseed = = 1\n"), &["my.toml:2:", "malformed TOML"]),
    ("prose", Text("Dear program, please simulate China.\n"), &["my.toml:1:", "malformed TOML", "write key = value"]),
    ("JSON", Text("{\"run\": {\"seed\": 1}}\n"), &["my.toml:1:", "malformed TOML"]),
    ("YAML", Text("run:\n  seed: 1\n"), &["my.toml:1:", "malformed TOML"]),
    ("Windows line ends", Text("[run]\r\nseed = 1\r\nyeras = 2\r\n"), &["my.toml:3:1", "did you mean `years`?"]),
    ("a byte-order mark", Bytes(b"\xef\xbb\xbf[run]\nsede = 1\n"), &["my.toml:2:1", "did you mean `seed`?"]),
    ("UTF-16", Bytes(b"\xff\xfe[\0r\0u\0n\0]\0\n\0"), &["my.toml", "UTF-16", "encoding UTF-8"]),
    ("GBK", Bytes(b"# \xd6\xd0\xb9\xfa\n[run]\nseed = 1\n"), &["my.toml", "not UTF-8 text (line 1)", "encoding UTF-8"]),
    ("binary junk", Bytes(b"\x7fELF\x02\x01\x01\x00\xff\xff\x00PAR1"), &["my.toml", "not UTF-8 text"]),
    ("zero bytes", Bytes(b"[run]\nseed = \0\0\0\n"), &["my.toml:2:", "malformed TOML"]),
    (
        "two mistakes in two tables",
        Text("[run]\nsede = 1\n\n[entry]\nrate = 7\n"),
        &["my.toml:2:1", "my.toml:5:8", "2 mistakes in the configuration; nothing was run"],
    ),
];

const RULES: &[Case] = &[
    (
        "shares of equity beyond one",
        Text("[opening]\nstate_share = 0.7\nforeign_share = 0.4\n"),
        &["my.toml:3:17", "my.toml:2:15", "add up to 1.1", "lower them"],
    ),
    (
        "a share beyond one with a default",
        Text("[opening]\nstate_share = 0.95\n"),
        &["my.toml:2:15", "add up to 1.01", "`opening.foreign_share` has its default"],
    ),
    (
        "shares of taxes beyond one",
        Text("[opening]\nvalue_added_tax_share = 0.8\nproperty_tax_share = 0.3\n"),
        &["my.toml:3:22", "my.toml:2:25", "add up to 1.1"],
    ),
    (
        "shares of exports beyond one",
        Text("[foreign_trade]\nshare_west = 0.6\nshare_belt_and_road = 0.5\n"),
        &["my.toml:3:23", "my.toml:2:14", "add up to 1.1"],
    ),
    (
        "a part larger than the whole",
        Text("[opening]\nlgfv_bonds = 5e12\n"),
        &["my.toml:2:14", "exceeds `opening.lgfv_bonds`", "`opening.lgfv_bonds_at_pools` has its default"],
    ),
    (
        "bounds in the wrong order",
        Text("[firm_credit]\nsafe_coverage = 1.5\nleast_coverage = 2.5\n"),
        &["my.toml:3:18", "my.toml:2:17", "`firm_credit.least_coverage` is 2.5, which exceeds"],
    ),
    (
        "a floor above the norm",
        Text("[monetary_policy]\nfloor = 0.05\n"),
        &["my.toml:2:9", "exceeds `monetary_policy.neutral_rate` of 0.025"],
    ),
    (
        "two sides that disagree",
        Text("[firm_settlement]\nreference_rate = 0.03\n"),
        &["my.toml:2:18", "must say the same", "set both to one value"],
    ),
    (
        "no growth in an opening that grows",
        Text("[opening]\ngrowth = 0.0\n"),
        &["my.toml:2:10", "`opening.growth` is 0", "calibration.opening = \"stationary\""],
    ),
    (
        "values that no economy opens with",
        Text("extends = \"quick\"\n[opening]\npersonal_tax_allowance = 900000.0\n"),
        &["my.toml:3:26", "`personal_tax_allowance`"],
    ),
];

const LINE: &[Case] = &[
    ("a typo in --set", Set(&["run.sede=4"]), &["command line:1:11", "--set run.sede=4", "did you mean `seed`?"]),
    ("a typo in the second --set", Set(&["run.seed=4", "rnu.seed=4"]), &["command line:2:7", "did you mean [run]?"]),
    ("a --set without a value", Set(&["run.seed"]), &["command line:1:1", "write --set table.key=value"]),
    (
        "a --set of a wrong kind",
        Set(&["ai.enabled=maybe"]),
        &["command line:1:18", "must be true or false, but is the word \"maybe\""],
    ),
    ("a --set out of range", Set(&["entry.rate=5"]), &["command line:1:18", "from 0 to 0.5"]),
    (
        "a --set against the file",
        Set(&["opening.state_share=0.9", "opening.foreign_share=0.2"]),
        &["command line:2:29", "command line:1:27", "add up to 1.1"],
    ),
    (
        "a --set of a folder that is not there",
        Set(&["calibration.data_directory=nowhere"]),
        &["command line:1:34", "there is no such folder"],
    ),
];

const BASES: &[Case] = &[
    ("an unknown base", Text("extends = \"china-2032\"\n"), &["my.toml:1:11", "did you mean \"china-2023\"?"]),
    (
        "a base that is missing",
        Text("extends = \"no.toml\"\n"),
        &["my.toml:1:11", "no such file", "relative to this file"],
    ),
    (
        "a base with a typo",
        Folder(|f| write(f, &[("my.toml", "extends = \"bsae.toml\"\n"), ("base.toml", "")])),
        &["my.toml:1:11", "did you mean base.toml?"],
    ),
    (
        "a base that is no word",
        Text("extends = 3\n"),
        &["my.toml:1:1", "`extends` must be a word in quotes", "extends = \"china-2023\""],
    ),
    ("an empty list of bases", Text("extends = []\n"), &["my.toml:1:1", "`extends` must be a word in quotes"]),
    ("an empty base", Text("extends = \"\"\n"), &["my.toml:1:11", "names no configuration", "known are"]),
    ("itself as a base", Text("extends = \"my.toml\"\n"), &["my.toml:1:11", "goes round in a circle"]),
    (
        "bases in a circle",
        Folder(|f| {
            write(
                f,
                &[
                    ("my.toml", "extends = \"b.toml\"\n"),
                    ("b.toml", "extends = \"c.toml\"\n"),
                    ("c.toml", "extends = \"./b.toml\"\n"),
                ],
            );
        }),
        &["c.toml:1:11", "goes round in a circle", "let the base stand on its own"],
    ),
    (
        "a folder as a base",
        Folder(|f| {
            write(f, &[("my.toml", "extends = \"dir.toml\"\n")]);
            std::fs::create_dir(f.join("dir.toml")).unwrap();
        }),
        &["my.toml:1:11", "which is a folder", "name a TOML file in it"],
    ),
    (
        "a mistake in the base",
        Folder(|f| {
            write(
                f,
                &[
                    ("my.toml", "extends = \"base.toml\"\n[run]\nyears = 3\n"),
                    ("base.toml", "[run]\n\nyears = \"3\"\n"),
                ],
            );
        }),
        &["base.toml:3:9", "write 3 without quotes", "1 mistake in"],
    ),
    (
        "mistakes in both",
        Folder(|f| {
            write(
                f,
                &[("my.toml", "extends = \"base.toml\"\n[run]\nyaers = 3\n"), ("base.toml", "[ai]\nenabeld = true\n")],
            );
        }),
        &["base.toml:2:1", "my.toml:3:1", "2 mistakes in"],
    ),
    (
        "shares from two files",
        Folder(|f| {
            write(
                f,
                &[
                    ("my.toml", "extends = \"base.toml\"\n[opening]\nforeign_share = 0.5\n"),
                    ("base.toml", "[opening]\nstate_share = 0.6\n"),
                ],
            );
        }),
        &["my.toml:3:17", "base.toml:2:15", "add up to 1.1"],
    ),
    (
        "a key of the base set again, wrongly",
        Folder(|f| {
            write(
                f,
                &[("my.toml", "extends = \"base.toml\"\n[run]\nyears = 0\n"), ("base.toml", "[run]\nyears = 3\n")],
            );
        }),
        &["my.toml:3:9", "from 1 to 1000", "1 mistake in"],
    ),
    (
        "too many bases",
        Folder(|f| {
            for i in 0..50 {
                write(f, &[(&format!("b{i}.toml"), &format!("extends = \"b{}.toml\"\n", i + 1))]);
            }
            write(f, &[("my.toml", "extends = \"b0.toml\"\n")]);
        }),
        &["b30.toml:1:11", "more than 32 files extend each other"],
    ),
];

const FILES: &[Case] = &[
    ("no file", Folder(|_| ()), &["my.toml", "cannot read this configuration", "inside the program"]),
    ("no file but a near one", Folder(|f| write(f, &[("my1.toml", "")])), &["my.toml", "did you mean my1.toml?"]),
    (
        "a folder",
        Folder(|f| std::fs::create_dir(f.join("my.toml")).unwrap()),
        &["my.toml", "cannot read this configuration", "this is a folder; give a TOML file in it"],
    ),
    (
        "the folder of a run",
        Folder(|f| {
            std::fs::create_dir(f.join("my.toml")).unwrap();
            write(&f.join("my.toml"), &[("config.toml", "")]);
        }),
        &["my.toml", "did you mean my.toml/config.toml?"],
    ),
    (
        "a file that is far too large",
        Folder(|f| std::fs::write(f.join("my.toml"), vec![b'#'; 5 << 20]).unwrap()),
        &["my.toml", "larger than 4 MiB"],
    ),
    (
        "deep nesting of lists",
        Folder(|f| std::fs::write(f.join("my.toml"), format!("[run]\nseed = {}\n", "[".repeat(100_000))).unwrap()),
        &["my.toml:2:", "malformed TOML", "nothing deeper"],
    ),
    (
        "deep nesting of keys",
        Folder(|f| std::fs::write(f.join("my.toml"), format!("{}a = 1\n", "a.".repeat(100_000))).unwrap()),
        &["my.toml", "malformed TOML", "nothing deeper"],
    ),
    (
        "deep nesting of tables",
        Folder(|f| std::fs::write(f.join("my.toml"), format!("run = {}\n", "{a=".repeat(50_000))).unwrap()),
        &["my.toml:1:", "malformed TOML"],
    ),
    (
        "ten thousand mistakes",
        Folder(|f| {
            std::fs::write(f.join("my.toml"), (0..10_000).map(|i| format!("k{i} = 1")).collect::<Vec<_>>().join("\n"))
                .unwrap();
        }),
        &["my.toml:10000:1", "10000 mistakes"],
    ),
];

const TABLES: &[Case] = &[
    (
        "a table without rows",
        Table("sectors.csv", "", ""),
        &["sectors.csv", "no rows", "a header and at least one row"],
    ),
    (
        "a cell that is no number",
        Table("parameters.csv", "gdp_2023,", "gdp_2023,about "),
        &["parameters.csv:", "column `value`: `about ", "expected a number"],
    ),
    ("an unknown sector", Table("province_sector.csv", ",S03,", ",S33,"), &["province_sector.csv", "S33"]),
    (
        "an unknown province",
        Table("province_sector.csv", "\n11,Beijing,S02", "\n99,Beijing,S02"),
        &["province_sector.csv", "column `province_code`: `99` is unknown", "a province of provinces.csv"],
    ),
    ("an unknown mark", Table("banks.csv", ",V,", ",Q,"), &["banks.csv:", "`Q` is no mark", "V, S, M or A"]),
    (
        "sums that disagree",
        Table("parameters.csv", "gdp_2023,1", "gdp_2023,9"),
        &["sectors.csv (inside the program)", "value added of all sectors"],
    ),
    (
        "a year that is none",
        Table("history.csv", "\n2000,", "\n20x0,"),
        &["history.csv:", "`20x0` is no year", "such as 2023"],
    ),
    (
        "a column that is missing",
        Table("banks.csv", "confidence", "confidense"),
        &["banks.csv:1:", "column is missing", "did you mean `confidense`?"],
    ),
    (
        "an unknown table",
        Folder(|f| {
            std::fs::create_dir(f.join("tables")).unwrap();
            write(&f.join("tables"), &[("sector.csv", "a,b\n1,2\n")]);
            write(f, &[("my.toml", DATA)]);
        }),
        &["no table has this name", "did you mean `sectors.csv`?"],
    ),
    (
        "no tables",
        Folder(|f| {
            std::fs::create_dir(f.join("tables")).unwrap();
            write(f, &[("my.toml", DATA)]);
        }),
        &["tables", "holds none of the calibration tables", "my.toml:2:18", "leads there"],
    ),
    (
        "tables and keys",
        Folder(|f| {
            std::fs::create_dir(f.join("tables")).unwrap();
            write(&f.join("tables"), &[("banks.csv", "group,name\n")]);
            write(f, &[("my.toml", "[calibration]\ndata_directory = \"tables\"\n[run]\nsede = 1\n")]);
        }),
        &["my.toml:4:1", "did you mean `seed`?", "banks.csv", "no rows"],
    ),
];

/// A sound configuration that reads its tables from a folder.
pub const DATA: &str = "[calibration]\ndata_directory = \"tables\"\n";

/// Writes files into a folder.
pub fn write(folder: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        std::fs::write(folder.join(name), text).unwrap();
    }
}

/// Every case.
pub fn all() -> impl Iterator<Item = &'static Case> {
    [NAMES, KINDS, SYNTAX, RULES, LINE, BASES, FILES, TABLES].into_iter().flatten()
}

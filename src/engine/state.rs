//! The whole state of a world, written out and read back: every component of every agent with its row, every resource,
//! and the numbers of all entities.
//!
//! A [`StateRegistry`] lists what there is; `src/state.rs` holds the model's list. [`StateRegistry::save`] walks the world's
//! archetypes and refuses a component or resource that is not listed, so nothing can be forgotten silently; the fields
//! of a listed type are serde's business, and a type that cannot be written does not compile. Systems keep nothing
//! between ticks (a test forbids `Local` and change detection), so this is all there is.
//!
//! Rows of a class of agents come back in their order, and every entity under its number. Nothing is ever despawned in
//! this model: a world in which something was cannot be stored, as the order in which bevy would reuse the numbers is
//! not to be had, and `save` says so.

use std::any::{TypeId, type_name};
use std::collections::BTreeMap;

use bevy_ecs::archetype::Archetype;
use bevy_ecs::bundle::Bundle;
use bevy_ecs::component::Component;
use bevy_ecs::entity::{Entity, EntityGeneration, EntityIndex};
use bevy_ecs::entity_disabling::DefaultQueryFilters;
use bevy_ecs::prelude::{Resource, World};
use bevy_ecs::resource::IsResource;
use bevy_ecs::schedule::Schedules;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// Agents in one frame: bounds the memory that writing and reading take.
const ROWS_A_FRAME: usize = 8192;

/// Why a state cannot be written or read back.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// Something in the world that the registry does not list.
    #[error("the world holds {0}, which no checkpoint would keep: list it in src/state.rs (tests/resume.rs names it)")]
    Unlisted(String),
    /// An entity was despawned.
    #[error("an entity was despawned: the numbers that bevy will reuse cannot be stored")]
    Despawned,
    /// Stored bytes that do not hold what they should.
    #[error("{part}: {detail}")]
    Content {
        /// Class of agents, resource, or part of the file.
        part: String,
        /// What was found.
        detail: String,
    },
    /// The system refused.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

impl StateError {
    /// Stored bytes that do not hold what they should.
    #[must_use]
    pub fn content(part: &str, detail: impl ToString) -> Self {
        Self::Content { part: part.to_owned(), detail: detail.to_string() }
    }
}

/// Takes the frames of a state, in order.
pub trait FrameSink {
    /// Takes one.
    ///
    /// # Errors
    /// If the system refuses.
    fn put(&mut self, frame: &[u8]) -> Result<(), StateError>;
}

/// Gives the frames of a state, in order.
pub trait FrameSource {
    /// Gives the next one.
    ///
    /// # Errors
    /// If there is none.
    fn next_frame(&mut self) -> Result<Vec<u8>, StateError>;
}

impl FrameSink for Vec<Vec<u8>> {
    fn put(&mut self, frame: &[u8]) -> Result<(), StateError> {
        self.push(frame.to_vec());
        Ok(())
    }
}

impl FrameSource for std::vec::IntoIter<Vec<u8>> {
    fn next_frame(&mut self) -> Result<Vec<u8>, StateError> {
        self.next().ok_or_else(|| StateError::content("state", "it ends too early"))
    }
}

/// Writes a value as one frame.
///
/// # Errors
/// If the value cannot be written or the system refuses.
pub fn put<T: Serialize>(sink: &mut dyn FrameSink, part: &str, value: &T) -> Result<(), StateError> {
    sink.put(&postcard::to_stdvec(value).map_err(|error| StateError::content(part, error))?)
}

/// Reads a value that is one whole frame.
///
/// # Errors
/// If there is none, or it holds something else.
pub fn get<T: DeserializeOwned>(source: &mut dyn FrameSource, part: &str) -> Result<T, StateError> {
    decode(&source.next_frame()?, part)
}

fn decode<T: DeserializeOwned>(frame: &[u8], part: &str) -> Result<T, StateError> {
    match postcard::take_from_bytes(frame) {
        Ok((value, [])) => Ok(value),
        Ok((_, rest)) => Err(StateError::content(part, format!("{} bytes too many", rest.len()))),
        Err(error) => Err(StateError::content(part, error)),
    }
}

/// A class of agents: the components of one archetype, in the order in which they are stored.
pub trait AgentClass: Bundle + DeserializeOwned {
    /// Types of the components.
    fn components() -> Vec<(TypeId, &'static str, usize)>;
    /// Writes the rows of some agents.
    ///
    /// # Errors
    /// If a component cannot be written.
    fn rows(world: &World, agents: &[Entity]) -> postcard::Result<Vec<u8>>;
}

macro_rules! agent_class {
    ($($component:ident)+) => {
        impl<$($component: Component + Serialize + DeserializeOwned),+> AgentClass for ($($component,)+) {
            fn components() -> Vec<(TypeId, &'static str, usize)> {
                vec![$((TypeId::of::<$component>(), type_name::<$component>(), size_of::<$component>())),+]
            }

            fn rows(world: &World, agents: &[Entity]) -> postcard::Result<Vec<u8>> {
                let rows: Vec<($(&$component,)+)> = agents
                    .iter()
                    .map(|agent| ($(world.get::<$component>(*agent).expect("the archetype has the component"),)+))
                    .collect();
                postcard::to_stdvec(&rows)
            }
        }
    };
}

agent_class!(A);
agent_class!(A B);
agent_class!(A B C);
agent_class!(A B C D);
agent_class!(A B C D E);
agent_class!(A B C D E F);
agent_class!(A B C D E F G);
agent_class!(A B C D E F G H);
agent_class!(A B C D E F G H I);
agent_class!(A B C D E F G H I J);
agent_class!(A B C D E F G H I J K);
agent_class!(A B C D E F G H I J K L);
agent_class!(A B C D E F G H I J K L M);
agent_class!(A B C D E F G H I J K L M N);
agent_class!(A B C D E F G H I J K L M N O);

type Rows = fn(&World, &[Entity]) -> postcard::Result<Vec<u8>>;

/// Brings rows of a class back.
type Spawn = fn(&mut World, &[Entity], &[u8], &str) -> Result<(), StateError>;

struct Class {
    name: &'static str,
    components: Vec<(TypeId, &'static str, usize)>,
    rows: Rows,
    spawn: Spawn,
}

struct Single {
    kind: TypeId,
    name: &'static str,
    size: usize,
    write: fn(&World) -> Option<postcard::Result<Vec<u8>>>,
    insert: fn(&mut World, Entity, &[u8], &str) -> Result<(), StateError>,
}

/// What a state consists of.
#[derive(Default)]
pub struct StateRegistry {
    classes: Vec<Class>,
    resources: Vec<Single>,
}

/// What follows in the state: the numbers of entities by resource and, in the order of rows, by class of agents.
#[derive(Serialize, Deserialize)]
struct Contents {
    entities: u32,
    /// Bevy's own, made when the first schedule runs.
    schedules: Option<u32>,
    resources: Vec<(String, u32)>,
    classes: Vec<(String, Vec<u32>)>,
}

impl StateRegistry {
    /// Lists a class of agents by the tuple of its components.
    pub fn agents<C: AgentClass>(&mut self, name: &'static str) -> &mut Self {
        let mut components = C::components();
        components.sort_unstable_by_key(|(kind, ..)| *kind);
        self.classes.push(Class { name, components, rows: C::rows, spawn: spawn::<C> });
        self
    }

    /// Lists a resource; a second time is the same.
    pub fn resource<R: Resource + Serialize + DeserializeOwned>(&mut self) -> &mut Self {
        if !self.resources.iter().any(|known| known.kind == TypeId::of::<R>()) {
            self.resources.push(Single {
                kind: TypeId::of::<R>(),
                name: type_name::<R>(),
                size: size_of::<R>(),
                write: |world| world.get_resource::<R>().map(postcard::to_stdvec),
                insert: insert::<R>,
            });
        }
        self
    }

    /// A hash of the names and sizes of all listed types: a program with other types has another one.
    #[must_use]
    pub fn layout(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        for (name, size) in (self.classes.iter())
            .flat_map(|class| class.components.iter().map(|(_, name, size)| (*name, *size)))
            .collect::<BTreeMap<_, _>>()
            .into_iter()
            .chain(self.resources.iter().map(|resource| (resource.name, resource.size)))
        {
            hasher.update(name.as_bytes());
            hasher.update(&(size as u64).to_le_bytes());
        }
        hasher.finalize().to_hex()[..16].to_owned()
    }

    /// Writes the state of a world.
    ///
    /// # Errors
    /// [`StateError::Unlisted`], [`StateError::Despawned`], or what the sink refuses.
    pub fn save(&self, world: &World, sink: &mut dyn FrameSink) -> Result<(), StateError> {
        let contents = self.contents(world)?;
        put(sink, "contents", &contents)?;
        for (name, _) in &contents.resources {
            let written = self.single(name)?.write;
            let written = written(world).ok_or_else(|| StateError::content(name, "it went missing"))?;
            sink.put(&written.map_err(|error| StateError::content(name, error))?)?;
        }
        for (name, numbers) in &contents.classes {
            let class = self.class(name)?;
            for chunk in numbers.chunks(ROWS_A_FRAME) {
                let agents: Vec<Entity> = chunk.iter().filter_map(|number| Entity::from_raw_u32(*number)).collect();
                sink.put(&(class.rows)(world, &agents).map_err(|error| StateError::content(name, error))?)?;
            }
        }
        Ok(())
    }

    /// A world in the state that was written.
    ///
    /// # Errors
    /// If what was written is not a state of these types.
    pub fn restore(&self, source: &mut dyn FrameSource) -> Result<World, StateError> {
        let contents: Contents = get(source, "contents")?;
        let mut world = World::new();
        number_entities(&mut world, &contents)?;
        if let Some(number) = contents.schedules {
            let place = entity(number, contents.entities, "schedules")?;
            world.spawn_at(place, Schedules::default()).map_err(|error| StateError::content("schedules", error))?;
        }
        for (name, number) in &contents.resources {
            let frame = source.next_frame()?;
            (self.single(name)?.insert)(&mut world, entity(*number, contents.entities, name)?, &frame, name)?;
        }
        for (name, numbers) in &contents.classes {
            let class = self.class(name)?;
            for chunk in numbers.chunks(ROWS_A_FRAME) {
                let agents: Vec<Entity> =
                    chunk.iter().map(|number| entity(*number, contents.entities, name)).collect::<Result<_, _>>()?;
                (class.spawn)(&mut world, &agents, &source.next_frame()?, name)?;
            }
        }
        world.flush();
        Ok(world)
    }

    fn single(&self, name: &str) -> Result<&Single, StateError> {
        let found = self.resources.iter().find(|resource| resource.name == name);
        found.ok_or_else(|| StateError::content(name, "no such resource"))
    }

    fn class(&self, name: &str) -> Result<&Class, StateError> {
        let found = self.classes.iter().find(|class| class.name == name);
        found.ok_or_else(|| StateError::content(name, "no such class of agents"))
    }

    fn contents(&self, world: &World) -> Result<Contents, StateError> {
        let mut contents = Contents { entities: 0, schedules: None, resources: Vec::new(), classes: Vec::new() };
        for archetype in world.archetypes().iter().filter(|archetype| !archetype.is_empty()) {
            let numbers = numbers(archetype)?;
            contents.entities = contents.entities.max(numbers.iter().max().map_or(0, |last| last + 1));
            let mut kinds = kinds(world, archetype);
            let single = kinds.iter().any(|(kind, _)| *kind == TypeId::of::<IsResource>());
            kinds.retain(|(kind, _)| *kind != TypeId::of::<IsResource>());
            kinds.sort_unstable_by_key(|(kind, _)| *kind);
            let same = |class: &&Class| class.components.iter().map(|(kind, ..)| *kind).eq(kinds.iter().map(|k| k.0));
            match &kinds[..] {
                // A resource that was taken away leaves its place; bevy's own comes with every world.
                [] if single => {}
                [(kind, _)] if *kind == TypeId::of::<DefaultQueryFilters>() => {}
                [(kind, _)] if *kind == TypeId::of::<Schedules>() => contents.schedules = Some(numbers[0]),
                [(kind, size)] if single => {
                    let listed = self.resources.iter().find(|resource| resource.kind == *kind);
                    let listed = listed.ok_or_else(|| StateError::Unlisted(format!("a resource of {size} bytes")))?;
                    contents.resources.push((listed.name.to_owned(), numbers[0]));
                }
                _ => {
                    let class = self.classes.iter().find(same).ok_or_else(|| {
                        let size: usize = kinds.iter().map(|(_, size)| size).sum();
                        StateError::Unlisted(format!("agents of {} components, {size} bytes together", kinds.len()))
                    })?;
                    contents.classes.push((class.name.to_owned(), numbers));
                }
            }
        }
        contents.resources.sort_by_key(|(_, number)| *number);
        let entities = world.entities();
        let freed = |number| {
            EntityIndex::from_raw_u32(number)
                .is_some_and(|index| entities.resolve_from_index(index).generation() != EntityGeneration::FIRST)
        };
        if entities.count_spawned() != contents.entities || (contents.entities..entities.len()).any(freed) {
            return Err(StateError::Despawned);
        }
        Ok(contents)
    }
}

fn numbers(archetype: &Archetype) -> Result<Vec<u32>, StateError> {
    let number = |agent: Entity| match agent.generation() {
        EntityGeneration::FIRST => Ok(agent.index_u32()),
        _ => Err(StateError::Despawned),
    };
    archetype.entities().iter().map(|row| number(row.id())).collect()
}

/// Types of an archetype's components and their sizes; without its `debug` feature bevy keeps no names.
fn kinds(world: &World, archetype: &Archetype) -> Vec<(TypeId, usize)> {
    let infos = archetype.components().iter().filter_map(|id| world.components().get_info(*id));
    infos.filter_map(|info| Some((info.type_id()?, info.layout().size()))).collect()
}

/// Reserves every number that the stored world had given out.
fn number_entities(world: &mut World, contents: &Contents) -> Result<(), StateError> {
    let fresh = world.entities().count_spawned();
    let agents: usize = contents.classes.iter().map(|(_, numbers)| numbers.len()).sum();
    // Places of bevy's own resources and of those taken away are few.
    let most = agents + contents.resources.len() + 1000;
    if contents.entities < fresh || contents.entities as usize > most {
        return Err(StateError::content("contents", format!("{} entities for {agents} agents", contents.entities)));
    }
    for expected in fresh..contents.entities {
        let given = world.entity_allocator().alloc();
        if given.index_u32() != expected {
            return Err(StateError::content("contents", format!("entity {given} where {expected} was due")));
        }
    }
    Ok(())
}

fn entity(number: u32, entities: u32, part: &str) -> Result<Entity, StateError> {
    let found = (number < entities).then(|| Entity::from_raw_u32(number)).flatten();
    found.ok_or_else(|| StateError::content(part, format!("entity {number} of {entities}")))
}

fn spawn<C: AgentClass>(world: &mut World, agents: &[Entity], frame: &[u8], part: &str) -> Result<(), StateError> {
    let rows: Vec<C> = decode(frame, part)?;
    if rows.len() != agents.len() {
        return Err(StateError::content(part, format!("{} rows for {} agents", rows.len(), agents.len())));
    }
    for (agent, row) in agents.iter().zip(rows) {
        world.spawn_at(*agent, row).map_err(|error| StateError::content(part, error))?;
    }
    Ok(())
}

fn insert<R: Resource + DeserializeOwned>(
    world: &mut World,
    place: Entity,
    frame: &[u8],
    part: &str,
) -> Result<(), StateError> {
    let value: R = decode(frame, part)?;
    if world.contains_resource::<R>() {
        return Err(StateError::content(part, "it is there twice"));
    }
    world.spawn_at(place, value).map_err(|error| StateError::content(part, error))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Component, Debug, PartialEq, Serialize, Deserialize)]
    struct Size(f64);
    #[derive(Clone, Component, Debug, PartialEq, Serialize, Deserialize)]
    struct Name(String);
    #[derive(Clone, Debug, PartialEq, Resource, Serialize, Deserialize)]
    struct Total(i128);
    #[derive(Resource, Serialize, Deserialize)]
    struct More(u8);
    #[derive(Resource)]
    struct Forgotten;
    #[derive(Component)]
    struct Mark;

    fn registry() -> StateRegistry {
        let mut registry = StateRegistry::default();
        registry.agents::<(Size, Name)>("firms").agents::<(Size,)>("banks").resource::<Total>();
        registry
    }

    fn world() -> World {
        let mut world = World::new();
        world.insert_resource(Total(-7));
        world.spawn_batch((0..20_000).map(|i| (Size(f64::from(i)), Name(format!("{i}"))))).for_each(drop);
        world.spawn(Size(f64::NAN));
        world
    }

    fn saved(world: &World) -> Vec<Vec<u8>> {
        let mut frames = Vec::new();
        registry().save(world, &mut frames).unwrap();
        frames
    }

    #[test]
    fn a_world_comes_back_with_its_rows_and_numbers() {
        let mut before = world();
        let frames = saved(&before);
        let mut after = registry().restore(&mut frames.clone().into_iter()).unwrap();
        assert_eq!(saved(&after), frames);
        assert_eq!(after.resource::<Total>(), before.resource::<Total>());
        let rows = |world: &mut World| -> Vec<(Entity, f64, String)> {
            world.query::<(Entity, &Size, &Name)>().iter(world).map(|(e, s, n)| (e, s.0, n.0.clone())).collect()
        };
        assert_eq!(rows(&mut after), rows(&mut before));
        assert_eq!(after.spawn(Size(1.0)).id(), before.spawn(Size(1.0)).id(), "new agents take the same numbers");
    }

    #[test]
    fn what_nobody_listed_is_named() {
        let refused = |world: &World| registry().save(world, &mut Vec::new()).unwrap_err().to_string();
        let mut world = world();
        world.insert_resource(Forgotten);
        assert!(refused(&world).contains("a resource of 0 bytes"), "{}", refused(&world));
        world.remove_resource::<Forgotten>();
        assert!(registry().save(&world, &mut Vec::new()).is_ok(), "a resource taken away is no state");
        let agent = world.spawn((Size(0.0), Mark)).id();
        assert!(refused(&world).contains("agents of 2 components, 8 bytes"), "{}", refused(&world));
        world.despawn(agent);
        assert!(refused(&world).contains("despawned"));
    }

    #[test]
    fn spoilt_frames_are_refused() {
        let frames = saved(&world());
        for frame in 0..frames.len() {
            let mut cut = frames.clone();
            cut[frame].pop();
            assert!(registry().restore(&mut cut.into_iter()).is_err(), "frame {frame} cut");
            let mut longer = frames.clone();
            longer[frame].push(0);
            assert!(registry().restore(&mut longer.into_iter()).is_err(), "frame {frame} longer");
            let mut fewer = frames.clone();
            fewer.remove(frame);
            assert!(registry().restore(&mut fewer.into_iter()).is_err(), "frame {frame} missing");
        }
    }

    #[test]
    fn other_types_have_another_layout() {
        let mut other = registry();
        other.agents::<(Name,)>("governments");
        assert_eq!(other.layout(), registry().layout(), "the same types in another class");
        assert_ne!(other.resource::<More>().layout(), registry().layout());
    }
}

using CsCheck;
using Tremplin.Defaults;
using Tremplin.Enrollment.Learners;
using Xunit;

namespace Tremplin.Enrollment.Specs.Learners;

/// <summary>
/// Several people merge, part and erase a few learners at once. Each looks, decides on what was seen, and stores only if none of
/// the streams that get an event has moved since, as the store has it; otherwise it looks again.
/// </summary>
public class MergesModelSpecs
{
    private const int Learners = 6, Clerks = 3;

    private static readonly Guid[] Ids = [.. Enumerable.Range(0, Learners).Select(n => Guid.Parse($"019a0000-0000-7000-8000-00000000000{n}"))];
    private static readonly LearnerRegistered Registered = new(new(new("Zmlyc3Q="), new("bGFzdA=="), new("bWFpbA=="), null));

    private static readonly Gen<Step> AnyStep = Gen.Select(
        Gen.Frequency((6, Gen.Const(Ask.Merge)), (3, Gen.Const(Ask.Unmerge)), (1, Gen.Const(Ask.Erase))),
        Gen.Int[0, Clerks - 1], Gen.Int[0, Learners - 1], Gen.Int[0, Learners - 1], Gen.Bool, (ask, clerk, one, other, store) => new Step(ask, clerk, one, other, store));

    private enum Ask { Merge, Unmerge, Erase }

    [Fact]
    [Trait("Rule", "R46"), Trait("Rule", "R49")]
    public void Everybody_leads_to_one_survivor_whoever_is_merged_parted_or_erased_at_once() =>
        AnyStep.Array[1, 60].Sample(steps =>
        {
            var (store, seen) = (new Store(), new (Step Step, Store Snapshot)?[Clerks]);
            foreach (var step in steps)
            {
                // Whoever has looked stores now, on what may be stale; another looks first.
                seen[step.Clerk] ??= (step, store.Snapshot());
                if (!step.Stores)
                    continue;
                var (asked, snapshot) = seen[step.Clerk]!.Value;
                seen[step.Clerk] = null;
                var before = store.Snapshot();
                var commands = snapshot.Commands(asked);
                // The shell decides the same again, a merge looks anew.
                if (!store.Commit(snapshot.Decided(commands)))
                    store.Commit(store.Decided(asked.Ask == Ask.Erase ? commands : store.Commands(asked)));
                store.Follow();
                store.Check(asked, before);
            }
        }, iter: 3000);

    private sealed record Step(Ask Ask, int Clerk, int One, int Other, bool Stores);

    private sealed class Store
    {
        private readonly Dictionary<Guid, List<object>> _streams = Ids.ToDictionary(id => id, _ => new List<object> { Registered });

        public Store Snapshot()
        {
            var copy = new Store();
            foreach (var id in Ids)
                copy._streams[id] = [.. _streams[id]];
            return copy;
        }

        /// <summary>What is asked of which streams, after a look at them.</summary>
        public List<(Guid Id, ICommand<Learner> Command)> Commands(Step step)
        {
            var one = Ids[step.One];
            var survivor = Survivor(step.Ask == Ask.Merge ? Ids[step.Other] : one);
            return step.Ask switch
            {
                Ask.Merge => [(one, new BecomeAlias(one, survivor, MergeGround.DocumentSeen)), (survivor, new TakeAlias(one))],
                // Nobody is parted from whom is erased, though that has not reached every id.
                Ask.Unmerge => State(survivor).Erased is null ? [(one, new Unmerge()), (State(one).MergedInto ?? one, new GiveUpAlias(one))] : [],
                _ => [(survivor, new EraseLearner(ErasureReason.OnRequest, []) { Everybody = [.. Everybody(survivor)] })],
            };
        }

        /// <summary>Each stream that gets events, and how long it was. Empty where it is refused.</summary>
        public Dictionary<Guid, (int Version, IReadOnlyList<object> Events)> Decided(List<(Guid Id, ICommand<Learner> Command)> commands)
        {
            var decisions = commands.Select(c => (c.Id, Decision: c.Command.Decide(State(c.Id), Given.Now))).ToList();
            return decisions.Any(d => d.Decision is Decision.Rejected)
                ? []
                : decisions.Where(d => d.Decision is Decision.Accepted { Events.Count: > 0 })
                    .ToDictionary(d => d.Id, d => (_streams[d.Id].Count, ((Decision.Accepted)d.Decision).Events));
        }

        /// <summary>An erasure reaches every id of the person.</summary>
        public void Follow()
        {
            foreach (var id in Ids.Where(id => State(Survivor(id)).Erased is not null))
                Commit(Decided([(id, new EraseLearner(ErasureReason.OnRequest, []) { Follows = true })]));
        }

        public bool Commit(Dictionary<Guid, (int Version, IReadOnlyList<object> Events)> decided)
        {
            if (decided.Any(d => _streams[d.Key].Count != d.Value.Version))
                return false;
            foreach (var (id, (_, events)) in decided)
                _streams[id].AddRange(events);
            return true;
        }

        public void Check(Step step, Store before)
        {
            foreach (var id in Ids)
            {
                // A chain that has no end does not come back from here.
                var (at, steps) = (id, 0);
                for (; State(at).MergedInto is { } into; at = into)
                    Assert.True(++steps < Learners, $"{id} leads in a circle");
                Assert.Equal(Ids.Where(other => State(other).MergedInto == id).Order(), State(id).Aliases.Order());
                var (state, invariants) = (Learner.Initial, new LearnerInvariants());
                foreach (var e in _streams[id])
                {
                    var after = state.Evolve(e);
                    Assert.Empty(invariants.Broken(id, state, e, after));
                    state = after;
                }

                // Whoever is erased is erased with everybody who they are.
                Assert.All(Everybody(Survivor(id)), other => Assert.Equal(State(Survivor(id)).Erased is null, State(other).Erased is null));
                Assert.Equal(before.Streams(id), Streams(id).Take(before.Streams(id).Count));
            }

            // Parted, both are as they were before that merge.
            var one = Ids[step.One];
            if (step.Ask == Ask.Unmerge && before.State(one).MergedInto is { } former && State(one).MergedInto is null)
            {
                Assert.Equal(one, Survivor(one));
                Assert.DoesNotContain(one, Everybody(Survivor(former)));
                Assert.Equivalent(before.State(one) with { MergedInto = null }, State(one));
            }
        }

        private List<object> Streams(Guid id) => _streams[id];

        private Learner State(Guid id) => _streams[id].Aggregate(Learner.Initial, (s, e) => s.Evolve(e));

        private Guid Survivor(Guid id) => State(id).MergedInto is { } into ? Survivor(into) : id;

        private IEnumerable<Guid> Everybody(Guid survivor) => Ids.Where(id => id != survivor && Survivor(id) == survivor).Prepend(survivor);
    }
}

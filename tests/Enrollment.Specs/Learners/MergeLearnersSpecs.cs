using AwesomeAssertions;
using Tremplin.Defaults;
using Tremplin.Enrollment.Learners;
using Xunit;

namespace Tremplin.Enrollment.Specs.Learners;

public class MergeLearnersSpecs
{
    private static readonly Guid One = Guid.Parse("019a0000-0000-7000-8000-000000000001"), Two = Guid.Parse("019b0000-0000-7000-8000-000000000002"), Three = Guid.Parse("019c0000-0000-7000-8000-000000000003");
    private static readonly LearnerRegistered Registered = new(new(new("Zmlyc3Q="), new("bGFzdA=="), new("bWFpbA=="), null));
    private static readonly LearnerErased Erased = new(ErasureReason.OnRequest);
    private static readonly BecomeAlias Merge = new(One, Two, MergeGround.DocumentSeen);
    private static readonly LearnerMerged Merged = new(Two, MergeGround.DocumentSeen);

    [Fact]
    [Trait("Rule", "R46")]
    public void Makes_one_an_alias_of_the_other_and_says_so_at_both()
    {
        Given.The<Learner>(Registered).When(Merge).Then(Merged);
        Given.The<Learner>(Registered).When(new TakeAlias(One)).Then(new AliasAdded(One));
    }

    [Fact]
    [Trait("Rule", "R46")]
    public void Leaves_who_both_are_as_it_was()
    {
        Given.The<Learner>(Registered, Merged).State.Person.Should().Be(Registered.Person);
        Given.The<Learner>(Registered, new AliasAdded(One)).State.Person.Should().Be(Registered.Person);
    }

    [Fact]
    [Trait("Rule", "R16")]
    public void Changes_nothing_when_repeated()
    {
        Given.The<Learner>(Registered, Merged).When(Merge).ThenNothing();
        Given.The<Learner>(Registered, new AliasAdded(One)).When(new TakeAlias(One)).ThenNothing();
        Given.The<Learner>(Registered).When(new GiveUpAlias(One)).ThenNothing();
    }

    [Fact]
    [Trait("Rule", "R49")]
    public void Refuses_a_learner_who_is_the_other_already() =>
        Given.The<Learner>(Registered).When(new BecomeAlias(One, One, MergeGround.LearnerSaidSo)).ThenRefuses("same-learner");

    [Fact]
    [Trait("Rule", "R49")]
    public void Leads_to_one_survivor_only()
    {
        Given.The<Learner>(Registered, new LearnerMerged(Three, MergeGround.LearnerSaidSo)).When(Merge).ThenRefuses("learner-merged");
        Given.The<Learner>(Registered, new LearnerMerged(Three, MergeGround.LearnerSaidSo)).When(new TakeAlias(One)).ThenRefuses("learner-merged");
    }

    [Fact]
    [Trait("Rule", "R49")]
    public void Merges_nobody_who_is_erased_nor_into_whom()
    {
        Given.The<Learner>(Registered, Erased).When(Merge).ThenRefuses("learner-erased");
        Given.The<Learner>(Registered, Erased).When(new TakeAlias(One)).ThenRefuses("learner-erased");
    }

    [Fact]
    public void Tells_nobody_apart_who_is_erased()
    {
        Given.The<Learner>(Registered, Merged, Erased).When(new Unmerge()).ThenRefuses("learner-erased");
        Given.The<Learner>(Registered, new AliasAdded(One), Erased).When(new GiveUpAlias(One)).ThenRefuses("learner-erased");
    }

    [Fact]
    public void Knows_nobody_before_registration()
    {
        Given.The<Learner>().When(Merge).ThenRefuses(Problems.Unknown);
        Given.The<Learner>().When(new TakeAlias(One)).ThenRefuses(Problems.Unknown);
        Given.The<Learner>().When(new Unmerge()).ThenRefuses(Problems.Unknown);
    }

    [Fact]
    [Trait("Rule", "R46")]
    public void Is_undone_and_both_are_as_they_were()
    {
        Given.The<Learner>(Registered, Merged).When(new Unmerge()).Then(new LearnerUnmerged(Two));
        Given.The<Learner>(Registered, new AliasAdded(One)).When(new GiveUpAlias(One)).Then(new AliasRemoved(One));
        Given.The<Learner>(Registered, Merged, new LearnerUnmerged(Two)).State.Should().BeEquivalentTo(Given.The<Learner>(Registered).State);
        Given.The<Learner>(Registered, new AliasAdded(One), new AliasRemoved(One)).State.Should().BeEquivalentTo(Given.The<Learner>(Registered).State);
        Given.The<Learner>(Registered, Merged, new LearnerUnmerged(Two)).When(Merge).Then(Merged);
    }

    [Fact]
    public void Undoes_nothing_where_nothing_was_merged() => Given.The<Learner>(Registered).When(new Unmerge()).ThenRefuses("not-merged");

    [Fact]
    [Trait("Rule", "R49")]
    public void Tells_auditors_whoever_was_merged_against_the_rules()
    {
        Broken(One, Registered, Merged, new LearnerUnmerged(Two), Merged).Should().BeEmpty();
        Broken(Two, Registered, new AliasAdded(One), new AliasRemoved(One)).Should().BeEmpty();
        Broken(Two, Registered, Merged).Should().Equal("R49");
        Broken(One, Registered, Erased, Merged).Should().Equal("R49");
        Broken(Two, Registered, Erased, new AliasAdded(One)).Should().Equal("R49");
        Broken(Two, Registered, new LearnerRestricted(new("region-bretagne", new(2031, 9, 14))), new AliasAdded(One)).Should().Equal("R49");
        Broken(One, Registered, Merged, new AliasAdded(Three)).Should().Equal("R49");
        Broken(One, Registered, Merged, Merged).Should().Equal("R46");
        Broken(One, Registered, new LearnerUnmerged(Two)).Should().Equal("R46");
        Broken(Two, Registered, new AliasRemoved(One)).Should().Equal("R46");
    }

    private static List<string> Broken(Guid stream, params object[] events)
    {
        var (state, broken, invariants) = (Learner.Initial, new List<string>(), new LearnerInvariants());
        foreach (var e in events)
        {
            var after = state.Evolve(e);
            broken.AddRange(invariants.Broken(stream, state, e, after).Select(b => b.Rule));
            state = after;
        }

        broken.Should().BeSubsetOf(invariants.Rules);
        return broken;
    }
}

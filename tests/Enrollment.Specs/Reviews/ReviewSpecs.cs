using AwesomeAssertions;
using Tremplin.Defaults;
using Tremplin.Enrollment.Learners;
using Tremplin.Enrollment.Reviews;
using Xunit;
using static Tremplin.Enrollment.Specs.Sample;

namespace Tremplin.Enrollment.Specs.Reviews;

/// <summary>An application that is held, what can be asked of it, and what auditors hold against it.</summary>
public class ReviewSpecs
{
    private static readonly HeldApplication Application = new(
        Guid.Parse("66666666-0000-5000-8000-000000000001"), new(new("Zmlyc3Q="), new("bGFzdA=="), new("bWFpbA=="), null),
        "cap-ouest", "A-0001", "asso-cap-ouest", "volunteer", "outils-collaboratifs", new(2026, 9, 1), null);

    private static readonly ApplicationHeld Held = new(Application, [new(LearnerId, Doubt.SameOrganisation)]);
    private static readonly DecideReview Same = new(ReviewVerdict.SamePerson, LearnerId), Another = new(ReviewVerdict.AnotherPerson, null), Withdraw = new(ReviewVerdict.Withdrawn, null);
    private static readonly ReviewDecided Decided = new(ReviewVerdict.SamePerson, LearnerId);
    private static readonly SettleReview Enter = new(RecordId, null, null);

    [Fact]
    [Trait("Rule", "R22")]
    public void Holds_an_application_once()
    {
        Given.The<Review>().When(new HoldApplication(Application, Held.Candidates)).Then(Held);
        Given.The<Review>(Held).When(new HoldApplication(Application, [])).ThenNothing();
        Given.The<Review>(Held, Decided, new ApplicationEntered(RecordId)).When(new HoldApplication(Application, [])).ThenNothing();
    }

    [Fact]
    public void Is_the_stream_of_a_partners_reference_and_programme() =>
        new[] { Review.IdFor("a", "1", "p"), Review.IdFor("b", "1", "p"), Review.IdFor("a", "2", "p"), Review.IdFor("a", "1", "q") }.Should().OnlyHaveUniqueItems();

    [Fact]
    [Trait("Rule", "R48")]
    public void Takes_a_coordinators_word_for_it()
    {
        Given.The<Review>(Held).When(Same).Then(Decided);
        Given.The<Review>(Held).When(Another).Then(new ReviewDecided(ReviewVerdict.AnotherPerson, null));
        Given.The<Review>(Held).When(Withdraw).Then(new ReviewDecided(ReviewVerdict.Withdrawn, null));
    }

    [Fact]
    [Trait("Rule", "R48")]
    public void Refuses_a_learner_who_was_no_candidate() => Given.The<Review>(Held).When(Same with { LearnerId = Cohort }).ThenRefuses("no-candidate");

    [Fact]
    [Trait("Rule", "R22")]
    public void Keeps_the_first_decision()
    {
        Given.The<Review>(Held, Decided).When(Same).ThenNothing();
        Given.The<Review>(Held, Decided, new ApplicationEntered(RecordId)).When(Same).ThenNothing();
        Given.The<Review>(Held, Decided).When(Another).ThenRefuses("review-decided");
        Given.The<Review>(Held, new ReviewDecided(ReviewVerdict.Withdrawn, null)).When(Same).ThenRefuses("review-decided");
    }

    [Fact]
    public void Knows_no_review_that_is_not_there()
    {
        Given.The<Review>().When(Same).ThenRefuses(Problems.Unknown);
        Given.The<Review>().When(new ReadApplicant(ReadingPurpose.Application)).ThenRefuses(Problems.Unknown);
    }

    [Fact]
    public void Says_what_came_of_it_once()
    {
        Given.The<Review>(Held, Decided).When(Enter).Then(new ApplicationEntered(RecordId));
        Given.The<Review>(Held, Decided).When(new SettleReview(null, "cohort-not-open", "The cohort is closed.")).Then(new ApplicationNotTaken("cohort-not-open", "The cohort is closed."));
        Given.The<Review>(Held, Decided, new ApplicationEntered(RecordId)).When(Enter).ThenNothing();
    }

    [Fact]
    [Trait("Rule", "R22")]
    public void Lets_nothing_go_on_before_a_person_decided() => Given.The<Review>(Held).When(Enter).ThenRefuses("review-open");

    [Fact]
    public void Records_who_looks_each_time_until_there_is_nothing_to_see()
    {
        var read = new ApplicantRead(ReadingPurpose.Application);
        Given.The<Review>(Held, read).When(new ReadApplicant(ReadingPurpose.Application)).Then(read);
        Given.The<Review>(Held, new ReviewDecided(ReviewVerdict.Withdrawn, null)).When(new ReadApplicant(ReadingPurpose.Application)).ThenNothing();
    }

    [Fact]
    public void Has_no_breach_as_it_should_be() =>
        Broken(Held, new ApplicantRead(ReadingPurpose.Application), Decided, new ApplicationEntered(RecordId)).Should().BeEmpty();

    [Fact]
    [Trait("Rule", "R22")]
    public void Tells_what_was_held_or_decided_twice_or_went_on_by_itself()
    {
        Broken(Held, Held).Should().Equal("R22");
        Broken(Held, Decided, Decided).Should().Equal("R22");
        Broken(Held, new ApplicationEntered(RecordId)).Should().Equal("R22");
        Broken(Held, new ApplicationNotTaken("x", "y")).Should().Equal("R22");
    }

    [Fact]
    [Trait("Rule", "R48")]
    public void Tells_a_learner_who_was_no_candidate() => Broken(Held, Decided with { LearnerId = Cohort }).Should().Equal("R48");

    private static List<string> Broken(params object[] events)
    {
        var (state, broken, invariants) = (Review.Initial, new List<string>(), new ReviewInvariants());
        foreach (var e in events)
        {
            var after = state.Evolve(e);
            broken.AddRange(invariants.Broken(Cohort, state, e, after).Select(b => b.Rule));
            state = after;
        }

        broken.Should().BeSubsetOf(invariants.Rules);
        return broken;
    }
}

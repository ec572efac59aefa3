using Tremplin.Scheduling.Sessions;
using Xunit;
using static Tremplin.Scheduling.Specs.Examples;

namespace Tremplin.Scheduling.Specs.Sessions;

public class MarkPresentSpecs
{
    private static readonly MarkPresent.Command Mark = new MarkPresent(Bilal, MarkingReason.NoDevice).By("trainer-nora");

    private static readonly MarkedByTrainer Marked = new(Bilal, "trainer-nora", MarkingReason.NoDevice, Start, Late: false);

    [Fact]
    public void Says_who_marked_and_why_there_is_no_signature() =>
        Given(HalfDay, AwaAndBilalExpected).When(Mark, Start).Then(Marked);

    [Theory, Trait("Rule", "R31")]
    [InlineData(-16)]
    [InlineData(271)]
    public void Flags_a_mark_outside_the_time_for_signing(int minutesFromStart)
    {
        var at = Start + TimeSpan.FromMinutes(minutesFromStart);
        Given(HalfDay, AwaAndBilalExpected).When(Mark, at).Then(Marked with { At = at, Late = true });
    }

    [Fact, Trait("Rule", "R30")]
    public void Changes_nothing_the_second_time() =>
        Given(HalfDay, AwaAndBilalExpected, Marked).When(new MarkPresent(Bilal, MarkingReason.Other).By("trainer-omar"), End).ThenNothing();

    [Fact, Trait("Rule", "R30")]
    public void Changes_nothing_where_the_learner_signed() =>
        Given(HalfDay, AwaAndBilalExpected, new LearnerSigned(Bilal, Start, Late: false)).When(Mark, Start).ThenNothing();

    [Fact, Trait("Rule", "R30")]
    public void Leaves_room_for_a_signature_that_counts_in_its_place() =>
        Given(HalfDay, AwaAndBilalExpected, Marked, new LearnerSigned(Bilal, Start, Late: false), new TrainerCountersigned("trainer-nora", HalfDay.EndsAt))
            .When(new SealSession(), HalfDay.EndsAt)
            .Then(
                new SessionSealed(210, HalfDay.EndsAt),
                new AttendanceSealed(CohortId, Awa, 1, 210, 0, Evidence.NotEvidenced, Day),
                new AttendanceSealed(CohortId, Bilal, 3, 210, 210, Evidence.SignedByLearner, Day));

    [Fact, Trait("Rule", "R29")]
    public void Refuses_a_record_that_is_not_on_the_roster() =>
        Given(HalfDay, AwaAndBilalExpected).When(new MarkPresent(Chloe, MarkingReason.Other).By("trainer-nora"), Start).ThenRefused("not-on-roster");

    [Fact, Trait("Rule", "R32")]
    public void Refuses_after_sealing() =>
        Given(HalfDay, AwaAndBilalExpected, new SessionSealed(210)).When(Mark, HalfDay.EndsAt).ThenRefused("session-sealed");

    [Fact]
    public void Refuses_before_signing_is_open() => Given(HalfDay).When(Mark, Start).ThenRefused("signing-not-open");

    [Fact]
    public void Refuses_an_unknown_session() => Given().When(Mark, Start).ThenRefused("unknown");
}

using Tremplin.Scheduling.Sessions;
using Xunit;
using static Tremplin.Scheduling.Specs.Examples;

namespace Tremplin.Scheduling.Specs.Sessions;

public class SealSessionSpecs
{
    private static readonly object[] Countersigned =
    [
        HalfDay, AwaAndBilalExpected, new LearnerSigned(Awa, Start, Late: false),
        new TrainerCountersigned("trainer-nora", HalfDay.EndsAt),
    ];

    [Fact, Trait("Rule", "R30")]
    public void Evidences_who_signed_and_nobody_else() =>
        Given(Countersigned)
            .When(new SealSession(), HalfDay.EndsAt)
            .Then(
                new SessionSealed(210, HalfDay.EndsAt),
                new AttendanceSealed(CohortId, Awa, 1, 210, 210, Evidence.SignedByLearner),
                new AttendanceSealed(CohortId, Bilal, 3, 210, 0, Evidence.NotEvidenced));

    [Fact, Trait("Rule", "R30")]
    public void Evidences_whom_the_trainer_marked_as_such() =>
        Given([.. Countersigned, new MarkedByTrainer(Bilal, "trainer-nora", MarkingReason.UnableToSign, Start, Late: false)])
            .When(new SealSession(), HalfDay.EndsAt)
            .Then(
                new SessionSealed(210, HalfDay.EndsAt),
                new AttendanceSealed(CohortId, Awa, 1, 210, 210, Evidence.SignedByLearner),
                new AttendanceSealed(CohortId, Bilal, 3, 210, 210, Evidence.MarkedByTrainer));

    [Fact]
    public void Counts_a_late_signature() =>
        Given([.. Countersigned, new LearnerSigned(Bilal, HalfDay.EndsAt + TimeSpan.FromHours(2), Late: true)])
            .When(new SealSession(), HalfDay.EndsAt + TimeSpan.FromHours(3))
            .Then(
                new SessionSealed(210, HalfDay.EndsAt + TimeSpan.FromHours(3)),
                new AttendanceSealed(CohortId, Awa, 1, 210, 210, Evidence.SignedByLearner),
                new AttendanceSealed(CohortId, Bilal, 3, 210, 210, Evidence.SignedByLearner));

    [Fact, Trait("Rule", "R24")]
    public void Delivers_the_true_minutes_when_the_clocks_change() =>
        Given(
            HalfDay with { LocalStart = new(2026, 10, 25, 1, 0, 0), LocalEnd = new(2026, 10, 25, 4, 0, 0), EndsAt = Start.AddHours(4) },
            new SigningOpened([]), new TrainerCountersigned("trainer-nora", Start.AddHours(4)))
            .When(new SealSession(), Start.AddHours(4))
            .Then(new SessionSealed(240, Start.AddHours(4)));

    [Fact]
    public void Changes_nothing_the_second_time() =>
        Given([.. Countersigned, new SessionSealed(210)]).When(new SealSession(), HalfDay.EndsAt).ThenNothing();

    [Fact, Trait("Rule", "R31")]
    public void Refuses_without_the_countersignature() =>
        Given(HalfDay, AwaAndBilalExpected).When(new SealSession(), HalfDay.EndsAt).ThenRefused("not-countersigned");

    [Fact]
    public void Refuses_before_the_end() =>
        Given(Countersigned).When(new SealSession(), HalfDay.EndsAt - TimeSpan.FromSeconds(1)).ThenRefused("not-over");

    [Fact]
    public void Refuses_an_unknown_session() => Given().When(new SealSession()).ThenRefused("unknown");
}

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

    private static readonly SessionInterrupted Interrupted = new(
        new(2026, 3, 16, 10, 30, 0), Start + TimeSpan.FromMinutes(90), Obstacle.TechnicalFault);

    [Fact, Trait("Rule", "R30")]
    public void Evidences_who_signed_and_nobody_else() =>
        Given(Countersigned)
            .When(new SealSession(), HalfDay.EndsAt)
            .Then(
                new SessionSealed(210, HalfDay.EndsAt),
                new AttendanceSealed(CohortId, Awa, 1, 210, 210, Evidence.SignedByLearner, Day),
                new AttendanceSealed(CohortId, Bilal, 3, 210, 0, Evidence.NotEvidenced, Day));

    [Fact, Trait("Rule", "R30")]
    public void Evidences_whom_the_trainer_marked_as_such() =>
        Given([.. Countersigned, new MarkedByTrainer(Bilal, "trainer-nora", MarkingReason.UnableToSign, Start, Late: false)])
            .When(new SealSession(), HalfDay.EndsAt)
            .Then(
                new SessionSealed(210, HalfDay.EndsAt),
                new AttendanceSealed(CohortId, Awa, 1, 210, 210, Evidence.SignedByLearner, Day),
                new AttendanceSealed(CohortId, Bilal, 3, 210, 210, Evidence.MarkedByTrainer, Day));

    [Fact]
    public void Counts_a_late_signature() =>
        Given([.. Countersigned, new LearnerSigned(Bilal, HalfDay.EndsAt + TimeSpan.FromHours(2), Late: true)])
            .When(new SealSession(), HalfDay.EndsAt + TimeSpan.FromHours(3))
            .Then(
                new SessionSealed(210, HalfDay.EndsAt + TimeSpan.FromHours(3)),
                new AttendanceSealed(CohortId, Awa, 1, 210, 210, Evidence.SignedByLearner, Day),
                new AttendanceSealed(CohortId, Bilal, 3, 210, 210, Evidence.SignedByLearner, Day));

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

    [Fact, Trait("Rule", "R36")]
    public void Delivers_the_minutes_until_the_real_end() =>
        Given([.. Countersigned, Interrupted]).When(new SealSession(), Interrupted.EndedAt).Then(
            new SessionSealed(90, Interrupted.EndedAt),
            new AttendanceSealed(CohortId, Awa, 1, 90, 90, Evidence.SignedByLearner, Day),
            new AttendanceSealed(CohortId, Bilal, 3, 90, 0, Evidence.NotEvidenced, Day));

    [Fact, Trait("Rule", "R20"), Trait("Rule", "R36")]
    public void Refuses_a_cancelled_half_day() =>
        Given(HalfDay, new SessionCancelled(Obstacle.TrainerAway)).When(new SealSession(), HalfDay.EndsAt).ThenRefused("session-cancelled");

    [Fact]
    public void Refuses_before_the_end() =>
        Given(Countersigned).When(new SealSession(), HalfDay.EndsAt - TimeSpan.FromSeconds(1)).ThenRefused("not-over");

    [Fact]
    public void Refuses_an_unknown_session() => Given().When(new SealSession()).ThenRefused("unknown");
}

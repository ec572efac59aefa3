using AwesomeAssertions;
using Tremplin.Scheduling.Cohorts;
using Tremplin.Scheduling.Sessions;
using Xunit;
using static Tremplin.Scheduling.Specs.Examples;

namespace Tremplin.Scheduling.Specs.Cohorts;

public class CohortHoursSpecs
{
    private static readonly TrainerCountersigned Countersigned = new("trainer-nora", HalfDay.EndsAt);

    // Held for 90 minutes, of which Awa attended all by her signature, and Bilal 60 by a correction.
    private static readonly Session Interrupted = Of(1,
        HalfDay, AwaAndBilalExpected, new LearnerSigned(Awa, Start, Late: false),
        new SessionInterrupted(new(2026, 3, 16, 10, 30, 0), Start.AddMinutes(90), Obstacle.TechnicalFault), Countersigned, new SessionSealed(90, HalfDay.EndsAt),
        new AttendanceSealed(CohortId, Awa, 1, 90, 90, Evidence.SignedByLearner), new AttendanceSealed(CohortId, Bilal, 3, 90, 0, Evidence.NotEvidenced),
        new AttendanceCorrected(
            CohortId, Bilal, 3, 90, new(Evidence.NotEvidenced, 0), new(Evidence.MarkedByTrainer, 60), CorrectionReason.SignatureForgotten,
            new(DocumentKind.PaperSheet, "FE-1"), "coordinator-ida", End));

    private static readonly Session Cancelled = Of(2, HalfDay with { Number = 2, StartsAt = Start.AddDays(1), EndsAt = HalfDay.EndsAt.AddDays(1) }, new SessionCancelled(Obstacle.TrainerAway));

    private static readonly Session Signing = Of(3,
        HalfDay with { Number = 3, StartsAt = Start.AddDays(2), EndsAt = HalfDay.EndsAt.AddDays(2) }, new SigningOpened([new(Awa, 1)]), new LearnerSigned(Awa, Start.AddDays(2), Late: false));

    private static CohortHours Hours => CohortHours.Of([Signing, Cancelled, Interrupted]);

    [Fact, Trait("Rule", "R36")]
    public void Keeps_three_numbers_of_the_cohort() =>
        (Hours.PlannedMinutes, Hours.DeliveredMinutes, Hours.AttendedMinutes).Should().Be((3 * 210, 90, 90 + 60));

    [Fact, Trait("Rule", "R36")]
    public void Keeps_them_by_half_day_and_a_cancelled_one_delivers_nothing() =>
        Hours.HalfDays.Select(h => (h.Number, h.Status, h.PlannedMinutes, h.DeliveredMinutes, h.Records.Count)).Should().Equal(
            (1, SessionStatus.Sealed, 210, 90, 2), (2, SessionStatus.Cancelled, 210, 0, 0), (3, SessionStatus.SigningOpen, 210, 0, 1));

    [Fact, Trait("Rule", "R36")]
    public void Keeps_them_by_record_with_what_was_corrected() =>
        Hours.Records.Should().Equal(new CohortHours.Line(Awa, 2 * 210, 90, 90), new CohortHours.Line(Bilal, 210, 90, 60));

    [Fact, Trait("Rule", "R36")]
    public void Adds_up_all_half_days_of_a_record_those_with_one_start_by_their_number()
    {
        var twice = CohortHours.Of([Interrupted with { Id = Id(204), Number = 4 }, Signing, Interrupted]);
        (twice.PlannedMinutes, twice.DeliveredMinutes, twice.AttendedMinutes).Should().Be((630, 180, 300));
        twice.Records.Should().Equal(new CohortHours.Line(Awa, 630, 180, 180), new CohortHours.Line(Bilal, 420, 180, 120));
        twice.HalfDays.Select(h => h.Number).Should().Equal(1, 4, 3);
        twice.HalfDays[0].Records.Select(r => (r.RecordId, r.AttendedMinutes)).Should().Equal((Awa, 90), (Bilal, 60));
    }

    [Fact, Trait("Rule", "R36")]
    public void Says_them_in_hours_too()
    {
        (Hours.Records[0].PlannedHours, Hours.Records[0].DeliveredHours, Hours.Records[0].AttendedHours).Should().Be((7m, 1.5m, 1.5m));
        new CohortHours.Line(Awa, 100, 50, 25).Should().Match<CohortHours.Line>(l => l.PlannedHours == 1.67m && l.DeliveredHours == 0.83m && l.AttendedHours == 0.42m);
    }

    private static Session Of(int n, params object[] events) => Given(events).State<Session>() with { Id = Id(200 + n) };
}

using AwesomeAssertions;
using Tremplin.Enrollment.Offerings;
using Tremplin.Enrollment.TrainingRecords;
using Xunit;
using static Tremplin.Enrollment.Specs.Sample;

namespace Tremplin.Enrollment.Specs.TrainingRecords;

public class DisplaceSpecs
{
    private static readonly Displace Lost = new(Cohort, Request, 7, new CohortChoice(OtherCohort, [new(Cohort, "full")]) { Facts = Announced });

    private static readonly Priority Kept = new(PriorityClass.Displaced, Cohort.ToString(), 7);

    [Fact, Trait("Rule", "R28")]
    public void Asks_another_cohort_ahead_of_who_comes_later() =>
        RecordWith(Confirmed()).When(Lost).Then(
            new Displaced(Cohort, Disposition.Moved, OtherCohort, 7), new SeatRequested(OtherCohort, LearnerId, [new(Cohort, "full")]) { Priority = Kept });

    [Fact, Trait("Rule", "R28")]
    public void Waits_for_the_next_that_opens_and_keeps_its_rank()
    {
        RecordWith(Confirmed()).When(Lost with { Choice = new(null, []) }).Then(new Displaced(Cohort, Disposition.Waits, null, 7));
        RecordWith(Confirmed(), new Displaced(Cohort, Disposition.Waits, null, 7)).When(new RequestSeat(new(OtherCohort, [])))
            .Then(new SeatRequested(OtherCohort, LearnerId, []) { Priority = Kept });
    }

    [Fact, Trait("Rule", "R28")]
    public void Keeps_the_hours() =>
        RecordWith(Confirmed(), Attended(1), new Displaced(Cohort, Disposition.Waits, null, 7)).State.Should().Match<TrainingRecord>(
            r => r.Attended.Count == 1 && r.Status == RecordStatus.Approved && r.Seat == null);

    [Fact, Trait("Rule", "R28")]
    public void Happens_once() =>
        RecordWith(Confirmed(), new Displaced(Cohort, Disposition.Moved, OtherCohort, 7), Requested(OtherCohort)).When(Lost).ThenNothing();

    [Fact, Trait("Rule", "R28")]
    public void Comes_from_the_queue_and_from_an_offer_too()
    {
        RecordWith(Waitlisted()).When(Lost with { Choice = new(null, []) }).Then(new Displaced(Cohort, Disposition.Waits, null, 7));
        RecordWith(Waitlisted(), Offered(), Accepted()).When(Lost with { Choice = new(null, []) }).Then(new Displaced(Cohort, Disposition.Waits, null, 7));
    }

    [Fact]
    public void Changes_nothing_for_who_has_left() => RecordWith(Confirmed(), Withdrew()).When(Lost).ThenNothing();

    [Fact]
    public void Loses_the_class_with_the_next_seat() =>
        RecordWith(Confirmed(), new Displaced(Cohort, Disposition.Moved, OtherCohort, 7), Requested(OtherCohort) with { Priority = Kept }, new SeatConfirmed(OtherCohort, Applied))
            .State.Priority.Should().BeNull();

    [Fact]
    public void Refuses_a_record_that_does_not_exist() => Given.The<TrainingRecord>().When(Lost).ThenRefuses("unknown");
}

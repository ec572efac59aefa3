using AwesomeAssertions;
using Tremplin.Enrollment.TrainingRecords;
using Xunit;
using static Tremplin.Enrollment.Specs.Sample;

namespace Tremplin.Enrollment.Specs.TrainingRecords;

public class RefuseSeatSpecs
{
    private static readonly RefuseSeat Refuse = new(Cohort, Request, "The cohort has started.");
    private static readonly SeatRefused Refused = new(Cohort, "The cohort has started.");

    [Fact]
    public void Lets_the_record_ask_another_cohort()
    {
        RecordWith().When(Refuse).Then(Refused);
        RecordWith(Refused).State.Should().Match<TrainingRecord>(r => r.Status == RecordStatus.Approved && r.Seat == null);
    }

    [Fact]
    public void Ends_the_wait_when_the_cohort_closed() => RecordWith(Waitlisted()).When(Refuse).Then(Refused);

    [Fact]
    public void Ends_an_offer_when_the_cohort_closed() => RecordWith(Waitlisted(), Offered(), Accepted()).When(Refuse).Then(Refused);

    [Fact]
    [Trait("Rule", "R16")]
    public void Changes_nothing_when_repeated() => RecordWith(Refused).When(Refuse).ThenNothing();

    [Fact]
    public void Changes_nothing_once_the_seat_is_confirmed() => RecordWith(Confirmed()).When(Refuse).ThenNothing();

    [Fact]
    public void Changes_nothing_after_a_withdrawal() => RecordWith(Withdrew()).When(Refuse).ThenNothing();

    [Fact]
    public void Ignores_an_answer_to_an_older_request() => RecordWith(Refused, Requested()).When(Refuse).ThenNothing();

    [Fact]
    public void Ignores_another_cohort() => RecordWith().When(Refuse with { CohortId = OtherCohort }).ThenNothing();
}

using AwesomeAssertions;
using Tremplin.Defaults;
using Tremplin.Enrollment.TrainingRecords;
using Xunit;
using static Tremplin.Enrollment.Specs.Sample;

namespace Tremplin.Enrollment.Specs.TrainingRecords;

public class CloseAsDuplicateSpecs
{
    private static readonly Guid Other = TrainingRecord.IdFor(Cohort, "outils-collaboratifs", 1);
    private static readonly ClosedAsDuplicate Closed = new(Cohort, Other);
    private static readonly Rival First = new(RecordId, RecordStatus.Confirmed, new(Cohort, 3) { GivenAt = 9 }, Given.Now, Given.Now.AddDays(-1));
    private static readonly Rival Second = new(Other, RecordStatus.Confirmed, new(Cohort, 3) { GivenAt = 12 }, Given.Now.AddDays(-9), Given.Now.AddDays(-10));

    [Fact]
    [Trait("Rule", "R47")]
    public void Closes_and_names_the_record_that_stays_and_the_cohort_that_is_left() => RecordWith(Confirmed()).When(new CloseAsDuplicate(Other)).Then(Closed);

    [Fact]
    [Trait("Rule", "R47"), Trait("Rule", "R5")]
    public void Leaves_a_queue_as_a_seat_is_left() => RecordWith(Waitlisted()).When(new CloseAsDuplicate(Other)).Then(Closed);

    [Fact]
    [Trait("Rule", "R47"), Trait("Rule", "R19")]
    public void Ends_the_record_and_keeps_what_was_attended()
    {
        var state = RecordWith(Confirmed(), Attended(1), Closed).State;
        (state.Status, state.Ended(), state.DuplicateOf, state.Attended.Values.Sum()).Should().Be((RecordStatus.Duplicate, true, Other, 210));
        state.Awaits(Cohort, Request).Should().BeFalse("what the cohort answers now is late");
    }

    [Fact]
    [Trait("Rule", "R16")]
    public void Changes_nothing_for_what_has_ended()
    {
        RecordWith(Closed).When(new CloseAsDuplicate(Other)).ThenNothing();
        RecordWith(Withdrew()).When(new CloseAsDuplicate(Other)).ThenNothing();
        Given.The<TrainingRecord>().When(new CloseAsDuplicate(Other)).ThenRefuses(Problems.Unknown);
    }

    [Fact]
    [Trait("Rule", "R18")]
    public void Gives_back_a_seat_that_another_cohort_finds_for_it_later() =>
        RecordWith(Confirmed(), new TransferRequested(OtherCohort, LearnerId, false), Closed)
            .When(new ConfirmSeat(OtherCohort, 5)).Then(new TransferAbandoned(OtherCohort));

    [Fact]
    [Trait("Rule", "R47"), Trait("Rule", "R38")]
    public void Takes_no_certificate_nor_anything_else_any_more()
    {
        RecordWith(Confirmed(), Closed).When(new Complete(Certificate, 210, [])).ThenNothing();
        RecordWith(Offered(), Closed).When(new AnswerOffer(Accept: true)).ThenRefuses("no-offer");
        RecordWith(Confirmed(), Closed).When(new Withdraw(WithdrawalReason.Other)).ThenRefuses("record-ended");
    }

    [Fact]
    [Trait("Rule", "R47")]
    public void Is_named_by_the_record_that_stays_with_what_was_attended_there()
    {
        RecordWith(Confirmed()).When(new NoteDuplicate(Other, 210)).Then(new DuplicateNoted(Other, 210));
        var noted = RecordWith(Confirmed(), new DuplicateNoted(Other, 210));
        noted.When(new NoteDuplicate(Other, 420)).ThenNothing();
        (noted.State.Status, noted.State.Duplicates[Other], noted.State.Attended.Count).Should().Be((RecordStatus.Confirmed, 210, 0));
        Given.The<TrainingRecord>().When(new NoteDuplicate(Other, 0)).ThenRefuses(Problems.Unknown);
    }

    [Fact]
    [Trait("Rule", "R47")]
    public void Lets_the_earliest_seat_win_by_the_order_of_the_cohort() => Stays(First, Second).Should().Be(RecordId);

    [Fact]
    [Trait("Rule", "R47")]
    public void Lets_the_seat_win_that_was_had_first_where_the_cohorts_are_two() =>
        Stays(First, Second with { Seat = new(OtherCohort, 3) { GivenAt = 99 } }).Should().Be(Other);

    [Fact]
    [Trait("Rule", "R47")]
    public void Goes_by_the_first_seat_of_a_cohort_where_one_has_two_of_them()
    {
        // The other cohort gave its seat between the two.
        var late = First with { SeatedAt = Given.Now.AddDays(-1), Seat = new(Cohort, 3) { GivenAt = 20 } };
        var between = new Rival(OtherCohort, RecordStatus.Confirmed, new(OtherCohort, 3) { GivenAt = 1 }, Given.Now.AddDays(-5), Given.Now.AddDays(-20));
        Stays(late, between, Second).Should().Be(Other);
        Stays(late, between).Should().Be(between.Id, "a seat counts from when it was had, not from the application");
    }

    [Fact]
    [Trait("Rule", "R47")]
    public void Lets_one_win_always_where_all_is_alike()
    {
        var (one, other) = (First with { Status = RecordStatus.Approved, Seat = null, SeatedAt = null }, First with { Id = Other, Status = RecordStatus.Approved, Seat = null, SeatedAt = null });
        Stays(one, other).Should().Be(RecordId.CompareTo(Other) < 0 ? RecordId : Other);
        Stays(one, other with { Seat = new(OtherCohort, 3) }).Should().Be(RecordId, "without a cohort comes first");
    }

    [Theory]
    [InlineData(RecordStatus.InProgress, RecordStatus.SeatOffered)]
    [InlineData(RecordStatus.Confirmed, RecordStatus.Waitlisted)]
    [InlineData(RecordStatus.SeatOffered, RecordStatus.Waitlisted)]
    [InlineData(RecordStatus.Waitlisted, RecordStatus.AwaitingSeat)]
    [InlineData(RecordStatus.AwaitingSeat, RecordStatus.Approved)]
    [Trait("Rule", "R47")]
    public void Lets_a_seat_win_over_what_is_none_yet_however_early_that_was(RecordStatus winner, RecordStatus loser) =>
        Stays(First with { Status = winner }, Second with { Status = loser, SeatedAt = null, AppliedAt = DateTimeOffset.MinValue }).Should().Be(RecordId);

    [Fact]
    [Trait("Rule", "R47"), Trait("Rule", "R4")]
    public void Lets_the_place_ahead_win_where_both_wait_in_one_queue()
    {
        var (ahead, behind) = (First with { Status = RecordStatus.Waitlisted, SeatedAt = null, Seat = new(Cohort, 3, Place: 14) }, Second with { Status = RecordStatus.Waitlisted, SeatedAt = null, Seat = new(Cohort, 3, Place: 20) });
        Stays(ahead, behind).Should().Be(RecordId);
        Stays(ahead, behind with { Seat = behind.Seat! with { Priority = new(PriorityClass.Referred, "dla-44") } }).Should().Be(Other, "its class comes before");
    }

    [Fact]
    [Trait("Rule", "R47")]
    public void Lets_the_earlier_application_win_where_neither_has_more() =>
        Stays(First with { Status = RecordStatus.Approved, Seat = null, SeatedAt = null }, Second with { Status = RecordStatus.Approved, Seat = null, SeatedAt = null }).Should().Be(Other);

    private static Guid Stays(params Rival[] rivals)
    {
        var stays = Rival.Stays(rivals);
        Rival.Stays(rivals.Reverse()).Should().Be(stays, "it does not depend on who was named first");
        return stays;
    }
}

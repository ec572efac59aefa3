using AwesomeAssertions;
using Tremplin.Enrollment.Offerings;
using Tremplin.Enrollment.TrainingRecords;
using Xunit;
using static Tremplin.Enrollment.Specs.Sample;

namespace Tremplin.Enrollment.Specs.TrainingRecords;

public class RequestTransferSpecs
{
    /// <summary>The version of the transfer's request where the seat was confirmed before it.</summary>
    private const long Asked = 5;

    private static readonly RequestTransfer Move = new(new CohortChoice(OtherCohort, []) { Facts = Announced });

    private static readonly TransferRequested Wants = new(OtherCohort, LearnerId, AgreementRequired: false);

    private static readonly Transferred Moved = new(Cohort, OtherCohort);

    private static readonly SeatConfirmed SeatThere = new(OtherCohort, Applied);

    private static Given.Stream<TrainingRecord> Wanting(params object[] later) => RecordWith([Confirmed(), Wants, .. later]);

    [Fact, Trait("Rule", "R18")]
    public void Asks_for_the_other_seat_and_keeps_its_own()
    {
        RecordWith(Confirmed()).When(Move).Then(Wants);
        Wanting().State.Should().Match<TrainingRecord>(r => r.Status == RecordStatus.Confirmed && r.Seat!.CohortId == Cohort);
    }

    [Fact, Trait("Rule", "R21")]
    public void Needs_a_signed_agreement_where_the_other_cohort_asks_for_one()
    {
        RecordWith(Confirmed()).When(new RequestTransfer(new(OtherCohort, []) { Facts = Announced with { AgreementRequired = true } })).Then(Wants with { AgreementRequired = true });
        RecordWith(Confirmed()).When(new RequestTransfer(new(OtherCohort, []))).Then(Wants);
        RecordWith(Confirmed(), Attended(1), Wants with { AgreementRequired = true }, Moved, SeatThere, Attended(2) with { CohortId = OtherCohort }).State.Seat!
            .AgreementRequired.Should().BeTrue();
    }

    [Fact, Trait("Rule", "R18")]
    public void Leaves_its_own_seat_only_when_it_has_the_other()
    {
        Wanting().When(new ConfirmSeat(OtherCohort, Asked)).Then(Moved, SeatThere);
        Wanting(Moved, SeatThere).State.Should().Match<TrainingRecord>(r => r.Status == RecordStatus.Confirmed && r.Seat!.CohortId == OtherCohort && r.Transfer == null);
    }

    [Fact, Trait("Rule", "R18")]
    public void Changes_nothing_in_its_own_cohort_when_the_other_is_full()
    {
        Wanting().When(new RefuseSeat(OtherCohort, Asked, "The cohort is full.")).Then(new TransferRefused(OtherCohort, "The cohort is full."));
        Wanting(new TransferRefused(OtherCohort, "The cohort is full.")).State.Should().Match<TrainingRecord>(
            r => r.Status == RecordStatus.Confirmed && r.Seat!.CohortId == Cohort && r.Transfer == null);
    }

    [Fact, Trait("Rule", "R18")]
    public void Keeps_the_hours_and_stays_in_progress() =>
        RecordWith(Confirmed(), Attended(1), Wants, Moved, SeatThere).State.Should().Match<TrainingRecord>(
            r => r.Status == RecordStatus.InProgress && r.Attended.Count == 1);

    [Fact, Trait("Rule", "R21")]
    public void Waits_for_the_agreement_that_the_other_cohort_asks_for()
    {
        object[] moved = [Confirmed(), Attended(1), Wants with { AgreementRequired = true }, Moved, SeatThere];
        RecordWith(moved).State.Status.Should().Be(RecordStatus.Confirmed);
        RecordWith([.. moved, new AgreementSigned(Given.Now, "conv-1")]).State.Status.Should().Be(RecordStatus.InProgress);
    }

    [Fact, Trait("Rule", "R18")]
    public void Takes_the_half_days_done_along() =>
        RecordWith(Confirmed(), Attended(1), Wants).When(new ConfirmSeat(OtherCohort, Asked + 1)).Then(Moved, SeatThere with { EarlierSessionIds = [HalfDay(1)] });

    [Fact, Trait("Rule", "R18")]
    public void Gives_the_other_seat_back_when_the_record_ended_meanwhile()
    {
        Wanting(Withdrew()).When(new ConfirmSeat(OtherCohort, Asked)).Then(new TransferAbandoned(OtherCohort));
        Wanting(Withdrew(), new TransferAbandoned(OtherCohort)).When(new ConfirmSeat(OtherCohort, Asked)).ThenNothing();
    }

    [Fact, Trait("Rule", "R28")]
    public void Drops_the_transfer_when_the_other_cohort_was_cancelled_whichever_word_comes_first()
    {
        Wanting().When(new Displace(OtherCohort, Asked, 1, new(null, []))).Then(new TransferAbandoned(OtherCohort));
        Wanting(new TransferAbandoned(OtherCohort)).When(new ConfirmSeat(OtherCohort, Asked)).ThenNothing();
        Wanting(new TransferAbandoned(OtherCohort)).State.Seat!.CohortId.Should().Be(Cohort);
    }

    [Fact, Trait("Rule", "R18")]
    public void May_leave_a_queue_for_a_free_seat_elsewhere()
    {
        RecordWith(Waitlisted()).When(Move).Then(Wants);
        RecordWith(Waitlisted(), Wants).When(new ConfirmSeat(OtherCohort, Asked)).Then(Moved, SeatThere);
    }

    [Fact, Trait("Rule", "R18"), Trait("Rule", "R14")]
    public void May_queue_in_the_other_cohort_and_leaves_its_own_for_it()
    {
        var queues = Wants with { Queue = true };
        RecordWith(Confirmed()).When(Move with { Queue = true }).Then(queues);
        var asked = RecordWith(Confirmed(), queues);
        asked.When(new PlaceOnWaitlist(OtherCohort, Asked, 7)).Then(Moved, new PlacedOnWaitlist(OtherCohort, 7));
        asked.When(new RefuseSeat(OtherCohort, Asked, "The cohort closed.")).Then(new TransferRefused(OtherCohort, "The cohort closed."));
        RecordWith(Confirmed(), queues, Moved, new PlacedOnWaitlist(OtherCohort, 7)).State.Should().Match<TrainingRecord>(
            r => r.Status == RecordStatus.Waitlisted && r.Seat!.CohortId == OtherCohort && r.Seat.Place == 7 && r.Transfer == null);
    }

    [Fact, Trait("Rule", "R18")]
    public void Takes_the_offer_of_the_other_cohort_that_overtook_the_word_of_the_place()
    {
        var queues = Wants with { Queue = true };
        var offered = RecordWith(Confirmed(), Attended(1), queues).When(new OfferSeat(OtherCohort, Asked + 1, Deadline, "association"));
        offered.Then(Moved, Eligible(), new SeatOffered(OtherCohort, Deadline));
        RecordWith(Confirmed(), Attended(1), queues, Moved, Eligible(), new SeatOffered(OtherCohort, Deadline))
            .When(new PlaceOnWaitlist(OtherCohort, Asked + 1, 7)).ThenNothing();
        RecordWith(Confirmed(), queues).When(new ExpireOffer(OtherCohort, Asked)).Then(Moved, new OfferExpired(OtherCohort));
    }

    [Fact, Trait("Rule", "R18")]
    public void Gives_the_place_in_the_other_queue_back_when_the_record_ended_meanwhile() =>
        RecordWith(Confirmed(), Wants with { Queue = true }, Withdrew()).When(new PlaceOnWaitlist(OtherCohort, Asked, 7)).Then(new TransferAbandoned(OtherCohort));

    [Fact, Trait("Rule", "R28")]
    public void Is_the_request_that_counts_when_its_own_cohort_is_cancelled_meanwhile()
    {
        var lost = new Displaced(Cohort, Disposition.Moved, OtherCohort, 1);
        Wanting().When(new Displace(Cohort, Request, 1, new(null, []))).Then(lost);
        Wanting(lost).State.Should().Match<TrainingRecord>(r => r.Status == RecordStatus.AwaitingSeat && r.Seat!.CohortId == OtherCohort && r.Transfer == null);
        Wanting(lost).When(new ConfirmSeat(OtherCohort, Asked)).Then(SeatThere);
        Wanting(lost).When(new RefuseSeat(OtherCohort, Asked, "The cohort is full.")).Then(new SeatRefused(OtherCohort, "The cohort is full."));
    }

    [Fact, Trait("Rule", "R14")]
    public void Asks_nobody_else_while_it_waits_for_the_answer() =>
        RecordWith(Waitlisted(), Wants, new SeatRefused(Cohort, "The cohort closed.")).When(new RequestSeat(new(Cohort, []))).ThenNothing();

    [Fact, Trait("Rule", "R16")]
    public void Changes_nothing_when_repeated()
    {
        Wanting().When(Move).ThenNothing();
        Wanting(Moved, SeatThere).When(new ConfirmSeat(OtherCohort, Asked)).ThenNothing();
        Wanting(new TransferRefused(OtherCohort, "full")).When(new RefuseSeat(OtherCohort, Asked, "full")).ThenNothing();
    }

    [Fact]
    public void Refuses_a_second_transfer_before_the_first_is_answered() =>
        Wanting().When(new RequestTransfer(new CohortChoice(Guid.NewGuid(), []))).ThenRefuses("transfer-pending");

    [Fact]
    public void Refuses_where_nothing_is_held()
    {
        RecordWith().When(Move).ThenRefuses("no-seat");
        Given.The<TrainingRecord>(Submitted(), Eligible()).When(Move).ThenRefuses("no-seat");
    }

    [Fact]
    public void Refuses_the_cohort_that_it_is_in() => RecordWith(Confirmed()).When(new RequestTransfer(new CohortChoice(Cohort, []))).ThenRefuses("same-cohort");

    [Fact]
    public void Refuses_a_cohort_that_cannot_be_had() =>
        RecordWith(Confirmed()).When(new RequestTransfer(new CohortChoice(null, [], "The cohort has started."))).ThenRefuses("cohort-not-open");

    [Fact]
    public void Refuses_a_record_that_has_ended() => RecordWith(Confirmed(), Withdrew()).When(Move).ThenRefuses("record-ended");

    [Fact]
    public void Refuses_a_record_that_does_not_exist() => Given.The<TrainingRecord>().When(Move).ThenRefuses("unknown");
}

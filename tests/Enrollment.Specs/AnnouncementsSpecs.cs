using AwesomeAssertions;
using Tremplin.Enrollment.Learners;
using Tremplin.Enrollment.Offerings;
using Tremplin.Enrollment.Organisations;
using Tremplin.Enrollment.TrainingRecords;
using Xunit;
using static Tremplin.Enrollment.Specs.Sample;
using V1 = Tremplin.Contracts.Enrollment.V1;

namespace Tremplin.Enrollment.Specs;

public class AnnouncementsSpecs
{
    [Fact]
    public void Asks_for_the_seat_by_the_learners_id_alone() =>
        Message(Requested()).Should().Be(new V1.SeatRequested(RecordId, 9, Cohort, LearnerId));

    [Fact]
    [Trait("Rule", "R7")]
    public void Tells_of_an_accepted_offer_and_when() => Message(Accepted()).Should().Be(new V1.OfferAccepted(RecordId, 9, Cohort, Given.Now));

    [Fact]
    public void Tells_of_a_declined_offer() => Message(new OfferDeclined(Cohort)).Should().Be(new V1.OfferDeclined(RecordId, 9, Cohort));

    [Fact]
    public void Tells_the_cohort_that_is_left() => Message(Withdrew()).Should().Be(new V1.LearnerWithdrew(RecordId, 9, Cohort));

    [Fact]
    [Trait("Rule", "R47"), Trait("Rule", "R13")]
    public void Frees_the_seat_of_a_duplicate_as_a_withdrawal_does()
    {
        Message(new ClosedAsDuplicate(Cohort, RecordId)).Should().Be(new V1.LearnerWithdrew(RecordId, 9, Cohort) { Duplicate = true });
        Message(new ClosedAsDuplicate(null, RecordId)).Should().BeNull();
    }

    [Fact]
    public void Tells_nobody_of_a_withdrawal_before_any_request() =>
        Message(new LearnerWithdrew(null, WithdrawalReason.Learner)).Should().BeNull();

    [Fact]
    public void Tells_of_a_seat_with_the_name_sealed() => Message(Confirmed()).Should().Be(
        new V1.SeatConfirmed(RecordId, 9, Cohort, LearnerId, "c2VhbGVk", "asso-cap-ouest", "cap-ouest"));

    [Fact, Trait("Rule", "R4")]
    public void Asks_in_the_class_that_the_request_has_and_for_a_reserved_seat() =>
        Message(Requested() with { Priority = new(PriorityClass.Displaced, "a cohort", 3), ReservationId = Certificate }).Should().Be(
            new V1.SeatRequested(RecordId, 9, Cohort, LearnerId) { Priority = V1.SeatPriority.Displaced, PrioritySource = "a cohort", PriorityRank = 3, ReservationId = Certificate });

    [Fact, Trait("Rule", "R18")]
    public void Asks_for_a_free_seat_only_where_one_is_held_unless_a_place_will_do()
    {
        Message(new TransferRequested(OtherCohort, LearnerId, false)).Should().Be(new V1.SeatRequested(RecordId, 9, OtherCohort, LearnerId) { OnlyIfFree = true });
        Message(new TransferRequested(OtherCohort, LearnerId, false) { Queue = true }).Should().Be(new V1.SeatRequested(RecordId, 9, OtherCohort, LearnerId));
    }

    [Fact, Trait("Rule", "R18")]
    public void Tells_the_cohort_that_a_transfer_leaves()
    {
        Message(new Transferred(Cohort, OtherCohort)).Should().Be(new V1.LearnerWithdrew(RecordId, 9, Cohort));
        Message(new Transferred(null, OtherCohort)).Should().BeNull();
        Message(new TransferAbandoned(OtherCohort)).Should().Be(new V1.LearnerWithdrew(RecordId, 9, OtherCohort));
        Message(new SeatGivenUp(Cohort)).Should().Be(new V1.LearnerWithdrew(RecordId, 9, Cohort));
    }

    [Fact, Trait("Rule", "R28")]
    public void Tells_the_cancelled_cohort_what_became_of_the_record() =>
        Message(new Displaced(Cohort, Disposition.Moved, OtherCohort, 7)).Should().Be(new V1.DisplacementSettled(RecordId, 9, Cohort, V1.Disposition.Moved, OtherCohort));

    [Fact]
    public void Tells_of_an_erasure_whom_and_why()
    {
        foreach (var reason in Enum.GetValues<ErasureReason>())
            Message(new LearnerErased(reason)).Should().Be(new V1.LearnerErased(RecordId, 9, Enum.Parse<V1.ErasureReason>(reason.ToString())));
    }

    [Fact]
    public void Keeps_everything_else_to_itself() =>
        new object[]
        {
            Submitted(), Eligible(), Waitlisted(), new SeatRefused(Cohort, "full"), Offered(), new OfferExpired(Cohort), Attended(1), new AttendanceCorrected(HalfDay(1), 9, 210, 90),
            new TrainingCompleted(Certificate, 1), new TrainingNotCompleted(1, []), new CohortAnnounced(Announced), new CohortEnded(),
            new CapacityAnnounced(14, 9), new PassedOver(Cohort, 9, "time clash"), new DuplicateNoted(RecordId, 210),
            new LearnerMerged(LearnerId, MergeGround.DocumentSeen), new LearnerUnmerged(LearnerId), new AliasAdded(LearnerId), new AliasRemoved(LearnerId),
            new ErasureRequested(ErasureReason.OnRequest), new LearnerRestricted(new("region-bretagne", new(2031, 9, 14))), new TransferRefused(OtherCohort, "full"),
            new AgreementSigned(Given.Now, "conv-1"), new NoShow(Cohort), new LearnerRegistered(new(new(""), new(""), new(""), null)), new LearnerRead(ReadingPurpose.Training),
            new CertificateChanged(Certificate, 2, CertificateStanding.Revoked, "fraud", new(2026, 11, 24), null), new OrganisationRegistered(Association), new OrganisationChanged(Association),
            new MaturityRecorded(Organisations.RecordMaturitySpecs.Before),
        }.Select(Message).Should().OnlyContain(m => m == null);

    private static object? Message(object @event) => Announcements.From(new(Guid.Empty, RecordId, 9, @event, Given.Now));
}

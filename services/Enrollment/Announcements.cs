using Tremplin.Contracts.Enrollment.V1;
using Tremplin.Defaults;
using Wire = Tremplin.Contracts.Partners.V1;

namespace Tremplin.Enrollment;

/// <summary>What the other services hear of. Pure: one stored event, at most one message.</summary>
public static class Announcements
{
    /// <summary>The message that announces this event, or null where nobody needs to know.</summary>
    public static object? From(Recorded e)
    {
        ArgumentNullException.ThrowIfNull(e);
        var (id, version) = (e.StreamId, e.Version);
        return e.Data switch
        {
            TrainingRecords.SeatRequested r => new SeatRequested(id, version, r.CohortId, r.LearnerId)
            {
                Priority = (SeatPriority?)r.Priority?.Class,
                PrioritySource = r.Priority?.Source,
                PriorityRank = r.Priority?.Rank,
                ReservationId = r.ReservationId,
            },
            TrainingRecords.TransferRequested r => new SeatRequested(id, version, r.To, r.LearnerId) { OnlyIfFree = !r.Queue },
            TrainingRecords.Transferred { From: { } left } => new LearnerWithdrew(id, version, left),
            TrainingRecords.TransferAbandoned t => new LearnerWithdrew(id, version, t.To),
            TrainingRecords.SeatGivenUp g => new LearnerWithdrew(id, version, g.CohortId),
            TrainingRecords.Displaced d => new DisplacementSettled(id, version, d.CohortId, (Disposition)d.Disposition, d.NextCohortId),
            TrainingRecords.OfferAccepted a => new OfferAccepted(id, version, a.CohortId, e.OccurredAt),
            TrainingRecords.OfferDeclined d => new OfferDeclined(id, version, d.CohortId),
            TrainingRecords.LearnerWithdrew { CohortId: { } cohort } => new LearnerWithdrew(id, version, cohort),
            TrainingRecords.ClosedAsDuplicate { CohortId: { } cohort } => new LearnerWithdrew(id, version, cohort) { Duplicate = true }, // The seat is free.
            Learners.LearnerErased l => new LearnerErased(id, version, (ErasureReason)l.Reason),
            TrainingRecords.SeatConfirmed { Application: var a } c => new SeatConfirmed(id, version, c.CohortId, a.LearnerId, a.SealedName.Text, a.OrganisationRef, a.Partner)
            { EarlierSessionIds = c.EarlierSessionIds ?? [] },
            _ => null,
        };
    }

    /// <summary>
    /// What the partner of a training record reads of it: every event of the record, so that versions have no gap. Null
    /// for the events of other streams.
    /// </summary>
    public static object? Public(Recorded e)
    {
        ArgumentNullException.ThrowIfNull(e);
        return e.Data switch
        {
            TrainingRecords.ApplicationSubmitted { Application: var a } => new Wire.ApplicationSubmitted(
                a.Ref, a.LearnerId, a.Programme, a.Cycle, a.OrganisationRef, a.Role, a.AppliedOn),
            TrainingRecords.EligibilityDecided d => new Wire.EligibilityDecided(d.Eligible, d.RuleVersion, d.Reasons),
            TrainingRecords.SeatRequested r => new Wire.SeatRequested(r.CohortId),
            TrainingRecords.PlacedOnWaitlist w => new Wire.PlacedOnWaitlist(w.CohortId, w.Place),
            TrainingRecords.PassedOver p => new Wire.PassedOver(p.CohortId, p.Why),
            TrainingRecords.SeatGivenUp g => new Wire.SeatGivenUp(g.CohortId),
            TrainingRecords.TransferRequested t => new Wire.TransferRequested(t.To),
            TrainingRecords.TransferRefused t => new Wire.TransferRefused(t.To, t.Reason),
            TrainingRecords.Transferred t => new Wire.Transferred(t.To, t.From),
            TrainingRecords.TransferAbandoned t => new Wire.TransferAbandoned(t.To),
            TrainingRecords.Displaced d => new Wire.Displaced(d.CohortId, d.NextCohortId),
            TrainingRecords.AgreementSigned a => new Wire.AgreementSigned(a.SignedAt, a.Document),
            TrainingRecords.NoShow n => new Wire.NoShow(n.CohortId),
            TrainingRecords.SeatRefused r => new Wire.SeatRefused(r.CohortId, r.Reason),
            TrainingRecords.SeatOffered o => new Wire.SeatOffered(o.CohortId, o.Deadline),
            TrainingRecords.OfferAccepted a => new Wire.OfferAccepted(a.CohortId),
            TrainingRecords.OfferDeclined d => new Wire.OfferDeclined(d.CohortId),
            TrainingRecords.OfferExpired x => new Wire.OfferExpired(x.CohortId),
            TrainingRecords.SeatConfirmed c => new Wire.SeatConfirmed(c.CohortId),
            TrainingRecords.AttendanceRecorded a => new Wire.AttendanceRecorded(a.SessionId, a.DeliveredMinutes, a.AttendedMinutes),
            TrainingRecords.AttendanceCorrected a => new Wire.AttendanceCorrected(a.SessionId, a.DeliveredMinutes, a.AttendedMinutes),
            TrainingRecords.LearnerWithdrew w => new Wire.LearnerWithdrew((Wire.WithdrawalReason)w.Reason, w.CohortId),
            TrainingRecords.ClosedAsDuplicate d => new Wire.ClosedAsDuplicate(d.CohortId),
            TrainingRecords.DuplicateNoted d => new Wire.DuplicateNoted(d.AttendedMinutes),
            TrainingRecords.TrainingCompleted c => new Wire.TrainingCompleted(c.CertificateId, c.AttendedMinutes),
            TrainingRecords.CertificateChanged c => new Wire.CertificateChanged(c.CertificateId, (Wire.CertificateStanding)c.Standing, c.Reason, c.EffectiveOn, c.SuccessorId),
            TrainingRecords.TrainingNotCompleted n => new Wire.TrainingNotCompleted(n.AttendedMinutes, n.Reasons),
            _ => null,
        };
    }
}

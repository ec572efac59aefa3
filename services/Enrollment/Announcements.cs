using Tremplin.Contracts.Enrollment.V1;
using Tremplin.Defaults;

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
            TrainingRecords.SeatRequested r => new SeatRequested(id, version, r.CohortId, r.LearnerId),
            TrainingRecords.OfferAccepted a => new OfferAccepted(id, version, a.CohortId, e.OccurredAt),
            TrainingRecords.OfferDeclined d => new OfferDeclined(id, version, d.CohortId),
            TrainingRecords.LearnerWithdrew { CohortId: { } cohort } => new LearnerWithdrew(id, version, cohort),
            TrainingRecords.SeatConfirmed c => new SeatConfirmed(
                id, version, c.CohortId, c.Application.LearnerId, c.Application.SealedName.Text,
                c.Application.OrganisationRef, c.Application.Partner),
            _ => null,
        };
    }
}

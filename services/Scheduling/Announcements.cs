using Tremplin.Contracts.Scheduling.V1;
using Tremplin.Defaults;
using Tremplin.Scheduling.Cohorts;
using Tremplin.Scheduling.Programmes;

namespace Tremplin.Scheduling;

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
            Cohorts.CohortOpened o => new Contracts.Scheduling.V1.CohortOpened(
                id, version, o.Programme.Ref, o.Programme.Version, o.Territories, o.Capacity, o.StartsAt)
            { AgreementRequired = o.Programme.AgreementRequired, Title = o.Programme.Title, BpfObjective = o.Programme.BpfObjective },
            Cohorts.CohortClosed => new Contracts.Scheduling.V1.CohortClosed(id, version),
            Cohorts.CohortCancelled => new Contracts.Scheduling.V1.CohortCancelled(id, version),
            Cohorts.CapacityChanged c => new Contracts.Scheduling.V1.CapacityChanged(id, version, c.To),
            Cohorts.SeatLost s => new Contracts.Scheduling.V1.SeatLost(s.RecordId, s.RecordVersion, id, version, s.Rank),
            Cohorts.LearnerAbsent a => new Contracts.Scheduling.V1.LearnerAbsent(a.RecordId, a.RecordVersion, id, version),
            CapacityOverridden s => new Contracts.Scheduling.V1.SeatAssigned(s.RecordId, s.RecordVersion, id, version),
            Cohorts.SeatAssigned s => new Contracts.Scheduling.V1.SeatAssigned(s.RecordId, s.RecordVersion, id, version),
            OfferAccepted s => new Contracts.Scheduling.V1.SeatAssigned(s.RecordId, s.RecordVersion, id, version),
            Cohorts.RequestWaitlisted s => new Contracts.Scheduling.V1.RequestWaitlisted(s.RecordId, s.RecordVersion, id, version),
            SeatRequestRefused s => new SeatRefused(s.RecordId, s.RecordVersion, id, version, s.Reason),
            Cohorts.SeatOffered s => new Contracts.Scheduling.V1.SeatOffered(s.RecordId, s.RecordVersion, id, version, s.Deadline)
            {
                PassedOver = [.. s.PassedOver.Select(p => new Contracts.Scheduling.V1.PassedOver(p.RecordId, p.Why))],
            },
            Cohorts.OfferExpired s => new Contracts.Scheduling.V1.OfferExpired(s.RecordId, s.RecordVersion, id, version),
            Cohorts.TrainingFinished t => new Contracts.Scheduling.V1.TrainingFinished(
                t.RecordId, t.RecordVersion, id, version, t.SessionIds, t.Mark, t.StartedOn, t.EndedOn, Pinned(t.Programme)),
            Sessions.SessionRescheduled { Old: { } old } s => new SessionRescheduled(
                id, version, old.CohortId, old.Number, old.Zone, old.StartsAt, old.EndsAt, old.Room, s.StartsAt, s.EndsAt, s.Room),
            Sessions.SessionCancelled { Old: { } old } s => new SessionCancelled(
                id, version, old.CohortId, old.Number, old.Zone, old.StartsAt, old.EndsAt, s.Reason == Sessions.Obstacle.CohortCancelled),
            Sessions.AttendanceSealed a => new Contracts.Scheduling.V1.AttendanceSealed(
                a.RecordId, a.RecordVersion, a.CohortId, id, version, a.DeliveredMinutes, a.AttendedMinutes)
            { On = a.On },
            Sessions.AttendanceCorrected a => new Contracts.Scheduling.V1.AttendanceCorrected(
                a.RecordId, a.RecordVersion, a.CohortId, id, version, a.DeliveredMinutes, a.New.Minutes)
            { On = a.On },
            _ => null,
        };
    }

    private static PinnedProgramme Pinned(ProgrammeVersion p) => new(
        p.Ref, p.Version, p.Title, p.Objectives, p.MinAttendedShare, p.MinAssessmentMark, p.ValidityMonths);
}

using Tremplin.Certification.CompletionFiles;
using Tremplin.Defaults;

namespace Tremplin.Certification.Certificates;

/// <summary>Issues the certificate that a completion file has earned; asked again it changes nothing (R37).</summary>
/// <param name="RecordId">The training record.</param>
/// <param name="Holder">Who earned it.</param>
/// <param name="End">What was taught, and when.</param>
/// <param name="Decided">The decision that it rests on.</param>
public sealed record IssueCertificate(Guid RecordId, HolderNamed Holder, TrainingEnded End, CompletionDecided Decided)
    : ICommand<Certificate>
{
    private const string Issuer = "Tremplin";

    /// <inheritdoc/>
    public Decision Decide(Certificate state, DateTimeOffset now)
    {
        if (state.Claims is not null)
            return Decision.Nothing;
        if (Decided.Verdict != Verdict.Met)
            return Decision.Refuse("criteria-not-met", $"Record {RecordId} does not meet the criteria of its programme.");
        var programme = End.Programme;
        // Where the sun rises first the training may end on a date that UTC has not reached yet.
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var issuedOn = today < End.EndedOn ? End.EndedOn : today;
        return Decision.Accept(new CertificateIssued(
            RecordId, Decided.RecordVersion, Holder.LearnerId, Holder.Name, Holder.OrganisationRef, Holder.Partner,
            programme.Ref, programme.Version, programme.Title, programme.Competences, End.CohortId,
            End.StartedOn, End.EndedOn, Decided.DeliveredMinutes, Decided.AttendedMinutes, Decided.Mark,
            issuedOn, programme.ValidityMonths is { } months ? issuedOn.AddMonths(months) : null, Issuer));
    }

    /// <summary>
    /// The second step of every door of a completion file. Should the process die between the two, the message comes
    /// again, finds the file decided and issues the certificate then.
    /// </summary>
    internal static async Task WhereEarned(Guid recordId, CompletionFile file, Shell shell, Origin origin)
    {
        if (file.Decided is not { Verdict: Verdict.Met } decided)
            return;
        var command = new IssueCertificate(recordId, file.Holder!, file.End()!, decided);
        (await shell.Handle(Certificate.IdFor(recordId), command, origin)).ThrowIfRefused();
    }
}

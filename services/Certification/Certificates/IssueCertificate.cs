using Tremplin.Certification.CompletionFiles;
using Tremplin.Defaults;

namespace Tremplin.Certification.Certificates;

/// <summary>Issues the certificate that a completion file has earned; asked again it changes nothing (R37).</summary>
/// <param name="Issued">Its claims, with what was made of them.</param>
/// <param name="Verdict">The decision that it rests on.</param>
public sealed record IssueCertificate(CertificateIssued Issued, Verdict Verdict) : ICommand<Certificate>
{
    private const string Issuer = "Tremplin";

    /// <inheritdoc/>
    public Decision Decide(Certificate state, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.Claims is not null)
            return Decision.Nothing;
        return Verdict == Verdict.Met
            ? Decision.Accept(Issued)
            : Decision.Refuse("criteria-not-met", $"Record {Issued.RecordId} does not meet the criteria of its programme.");
    }

    /// <summary>The claims of a certificate.</summary>
    /// <param name="recordId">The training record.</param>
    /// <param name="holder">Who earned it.</param>
    /// <param name="end">What was taught, and when.</param>
    /// <param name="decided">The decision that it rests on.</param>
    /// <param name="now">The instant, UTC.</param>
    public static CertificateIssued Claims(Guid recordId, HolderNamed holder, TrainingEnded end, CompletionDecided decided, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(holder);
        ArgumentNullException.ThrowIfNull(end);
        ArgumentNullException.ThrowIfNull(decided);
        var programme = end.Programme;
        // Where the sun rises first the training may end on a date that UTC has not reached yet.
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var issuedOn = today < end.EndedOn ? end.EndedOn : today;
        return new(
            recordId, decided.RecordVersion, holder.LearnerId, holder.Name, holder.OrganisationRef, holder.Partner,
            programme.Ref, programme.Version, programme.Title, programme.Competences, end.CohortId,
            end.StartedOn, end.EndedOn, decided.DeliveredMinutes, decided.AttendedMinutes, decided.Mark,
            issuedOn, programme.ValidityMonths is { } months ? issuedOn.AddMonths(months) : null, Issuer);
    }
}

/// <summary>
/// The second step of every door of a completion file. Should the process die between the two, the message comes again, finds the
/// file decided and issues the certificate then; so a cohort that is closed goes on where it was.
/// </summary>
public sealed class Issuing(Shell shell, Printer printer, Clock clock)
{
    /// <summary>Issues where it is earned; null where it is not.</summary>
    public async Task<Outcome<Certificate>?> WhereEarned(Guid recordId, CompletionFile file, Origin origin)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (file.Decided is not { Verdict: Verdict.Met } decided)
            return null;
        var (id, now) = (Certificate.IdFor(recordId), clock.Now);
        return await printer.Print(id, IssueCertificate.Claims(recordId, file.Holder!, file.End()!, decided, now), now) is { } issued
            ? await shell.Handle(id, new IssueCertificate(issued, decided.Verdict), origin)
            : new(Certificate.Initial, 0, 0, Printer.Nobody);
    }
}

using System.Security.Claims;
using System.Text.RegularExpressions;
using Marten;
using Tremplin.Defaults;

namespace Tremplin.Enrollment.TrainingRecords;

/// <summary>R21: the training agreement was signed. A signature that is entered late keeps its real date.</summary>
/// <param name="SignedAt">When it was signed, an instant that has passed.</param>
/// <param name="Document">Where the document is kept: a reference of letters, digits, hyphens and dots, not a name.</param>
public sealed partial record SignAgreement(DateTimeOffset SignedAt, string Document) : ICommand<TrainingRecord>
{
    /// <inheritdoc/>
    public Decision Decide(TrainingRecord state, DateTimeOffset now)
    {
        if (state.Status == RecordStatus.Unknown)
            return Decision.Refuse(Problems.Unknown, "There is no such record.");
        if (state.AgreementSignedAt is { } signed)
        {
            return signed == SignedAt
                ? Decision.Nothing
                : Decision.Refuse("agreement-signed", $"The agreement was signed on {signed:u}; that stands.");
        }

        if (state.Ended())
            return Decision.Refuse("record-ended", $"The record has ended: {state.Status}.");
        if (SignedAt > now)
            return Decision.Refuse("signed-in-future", "An agreement is signed before it is entered.");
        return Reference().IsMatch(Document)
            ? Decision.Accept(new AgreementSigned(SignedAt, Document))
            : Decision.Refuse("document-malformed", "A document is named by up to 60 letters, digits, hyphens and dots.");
    }

    /// <summary>Opens the door.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/records/{id}/agreement",
            async (Guid id, SignAgreement command, Shell shell, Origin origin, ClaimsPrincipal caller, IQuerySession store) =>
                await Transcript.Hidden(id, caller, store) ?? (await shell.Handle(id, command, origin))
                    .Answer(o => Results.Ok(Transcript.Of(id, o.State))))
            .For(Role.Partner, Role.Coordinator);

    [GeneratedRegex(@"\A[A-Za-z0-9.\-]{1,60}\z", RegexOptions.NonBacktracking)]
    private static partial Regex Reference();
}

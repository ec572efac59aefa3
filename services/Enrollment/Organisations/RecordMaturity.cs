using System.Security.Claims;
using Marten;
using Tremplin.Defaults;
using Tremplin.Enrollment.TrainingRecords;

namespace Tremplin.Enrollment.Organisations;

/// <summary>Records where an organisation stands with digital tools. The same again changes nothing; another word on the same moment and day puts it right.</summary>
public sealed record RecordMaturity(Maturity Assessment) : ICommand<Organisation>
{
    /// <summary>The highest place on the scale; the lowest is 0.</summary>
    public const int Highest = 5;

    /// <inheritdoc/>
    public Decision Decide(Organisation state, DateTimeOffset now)
    {
        var known = state.Assessments;
        return Assessment switch
        {
            _ when state.Details is null => Decision.Refuse(Problems.Unknown, "There is no such organisation."),
            { Scale: < 0 or > Highest } => Decision.Refuse("scale-out-of-range", $"The scale goes from 0 to {Highest}."),
            _ when !Enum.IsDefined(Assessment.Moment) || !Enum.IsDefined(Assessment.AnsweredBy) => Decision.Refuse("unknown-word", "The moment or the role of who answered is no word that is known."),
            { AssessedOn: var day } when day > Cycles.Day(now, state.Details.Zone) => Decision.Refuse("not-yet", $"{day:yyyy-MM-dd} has not come yet."),
            { Moment: MaturityMoment.Before } when known.Any(a => a.Moment == MaturityMoment.After && a.AssessedOn < Assessment.AssessedOn) =>
                Decision.Refuse("moments-out-of-order", "There is an assessment after the training that is earlier."),
            { Moment: MaturityMoment.After } when known.Any(a => a.Moment == MaturityMoment.Before && a.AssessedOn > Assessment.AssessedOn) =>
                Decision.Refuse("moments-out-of-order", "There is an assessment before the training that is later."),
            _ when known.Contains(Assessment) => Decision.Nothing,
            _ => Decision.Accept(new MaturityRecorded(Assessment)),
        };
    }

    /// <summary>Opens the doors.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/organisations/{reference}/maturity", async (
            string reference, Maturity body, ClaimsPrincipal caller, Shell shell, Origin origin, IQuerySession store) =>
            await Accompanies(caller, reference, store)
                ? (await shell.Handle(Organisations.Organisation.IdFor(reference), new RecordMaturity(body), origin)).Answer(o => Results.Ok(Shown(o.State)))
                : Problems.Of(403, "foreign-organisation", "A partner assesses organisations for whose people it applied."))
            .For(Role.Coordinator, Role.Partner);
        routes.MapGet("/organisations/{reference}/maturity", async (string reference, ClaimsPrincipal caller, IQuerySession store) =>
            await Accompanies(caller, reference, store) && await store.LoadAsync<Organisation>(Organisations.Organisation.IdFor(reference)) is { } known
                ? Results.Ok(Shown(known))
                : Problems.Of(404, Problems.Unknown, $"There is no organisation '{reference}'."))
            .For(Role.Coordinator, Role.Partner, Role.Auditor);
    }

    private static IEnumerable<Maturity> Shown(Organisation organisation) => organisation.Assessments.OrderBy(a => a.AssessedOn).ThenBy(a => a.Moment);

    private static async Task<bool> Accompanies(ClaimsPrincipal caller, string reference, IQuerySession store)
    {
        if (!caller.IsInRole(Role.Partner))
            return true;
        var partner = caller.FindFirstValue("organisation");
        return await store.Query<TrainingRecord>().AnyAsync(r => r.Application!.Partner == partner && r.Application.OrganisationRef == reference);
    }
}

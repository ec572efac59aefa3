using Marten;
using NodaTime.TimeZones;
using Tremplin.Defaults;

namespace Tremplin.Enrollment.Organisations;

/// <summary>Registers an organisation, or corrects what is known of it. The same details again change nothing.</summary>
public sealed record RegisterOrganisation(OrganisationDetails Organisation) : ICommand<Organisation>
{
    /// <inheritdoc/>
    public Decision Decide(Organisation state, DateTimeOffset now)
    {
        if (Faults(Organisation).FirstOrDefault() is { Field: not null } fault)
            return Decision.Refuse("invalid-" + fault.Field, fault.Reason);
        if (state.Details == Organisation)
            return Decision.Nothing;
        return state.Details is null
            ? Decision.Accept(new OrganisationRegistered(Organisation))
            : Decision.Accept(new OrganisationChanged(Organisation));
    }

    /// <summary>What is wrong with the details, by field.</summary>
    public static IEnumerable<(string Field, string Reason)> Faults(OrganisationDetails o)
    {
        if (string.IsNullOrWhiteSpace(o.Ref))
            yield return ("organisation_ref", "The reference is empty.");
        if (string.IsNullOrWhiteSpace(o.Name))
            yield return ("name", "The name is empty.");
        if (!LegalForms.All.Contains(o.LegalForm, StringComparer.Ordinal))
            yield return ("legal_form", $"'{o.LegalForm}' is none of: {string.Join(", ", LegalForms.All)}.");
        if (o.Postcode.Length != 5 || !o.Postcode.All(char.IsAsciiDigit))
            yield return ("postcode", $"'{o.Postcode}' is not five digits.");
        if (!TzdbDateTimeZoneSource.Default.CanonicalIdMap.ContainsKey(o.Zone))
            yield return ("time_zone", $"'{o.Zone}' is no IANA time zone.");
    }

    /// <summary>Opens the doors.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPut("/organisations/{reference}", async (string reference, OrganisationDetails body, Shell shell, Origin origin) =>
            body.Ref == reference
                ? (await shell.Handle(Organisations.Organisation.IdFor(reference), new RegisterOrganisation(body), origin)).Answer(o => Results.Ok(o.State.Details))
                : Problems.Of(400, "reference-differs", $"The address names '{reference}', the body '{body.Ref}'."))
            .For(Role.Coordinator);
        routes.MapGet("/organisations/{reference}", async (string reference, IQuerySession store) =>
            await store.LoadAsync<Organisation>(Organisations.Organisation.IdFor(reference)) is { Details: { } details }
                ? Results.Ok(details)
                : Problems.Of(404, Problems.Unknown, $"There is no organisation '{reference}'."))
            .For(Role.Coordinator, Role.Partner, Role.Auditor);
    }
}

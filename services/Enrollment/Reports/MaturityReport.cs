using System.Security.Claims;
using Tremplin.Defaults;
using Tremplin.Enrollment.Organisations;
using Tremplin.Enrollment.TrainingRecords;

namespace Tremplin.Enrollment.Reports;

/// <summary>
/// Where organisations stood with digital tools before and after, one by one or together. Of several assessments the first before
/// and the last after count. A partner reads those for whose people it applied.
/// </summary>
public static class MaturityReport
{
    private const string Plan = "plan";

    private static readonly Dictionary<string, Func<MaturityRow, (string Territory, string Region)>> Together = new(StringComparer.Ordinal)
    {
        ["departement"] = row => (row.Departement, row.Region),
        ["region"] = row => (row.RegionCode, row.Region),
        [Plan] = _ => (Plan, ""),
    };

    /// <summary>The organisations that were assessed, in the order of their references.</summary>
    /// <param name="organisations">The events of each organisation.</param>
    public static async Task<IReadOnlyList<MaturityRow>> Of(IAsyncEnumerable<IReadOnlyList<Recorded>> organisations)
    {
        ArgumentNullException.ThrowIfNull(organisations);
        var rows = new List<MaturityRow>();
        await foreach (var events in organisations)
        {
            if (events.Aggregate(Organisation.Initial, (state, e) => state.Evolve(e.Data)) is { Details: { } details, Assessments: { IsEmpty: false } assessments })
                rows.Add(Row(details, assessments));
        }

        return [.. rows.OrderBy(r => r.OrganisationRef, StringComparer.Ordinal)];
    }

    /// <summary>The same together, in the order of the territories. Means and counts are over those that were assessed before and after: on one scale, of the same organisations.</summary>
    /// <param name="rows">The organisations.</param>
    /// <param name="territory">The code and the region under which each counts.</param>
    public static IReadOnlyList<MaturityTotal> Total(IEnumerable<MaturityRow> rows, Func<MaturityRow, (string Territory, string Region)> territory) =>
        [.. rows.GroupBy(territory).OrderBy(g => g.Key.Territory, StringComparer.Ordinal).Select(g => MaturityTotal.Of(g.Key.Territory, g.Key.Region, [.. g]))];

    /// <summary>Opens the door.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/reports/maturity", async (HttpContext context, ClaimsPrincipal caller, long? asOf, string? format, string? partner, string? by) =>
        {
            if (Report.Refused(caller, ref partner) is { } refused)
                return refused;
            var title = $"maturity{(by is null ? "" : "." + by)}{(partner is null ? "" : "." + Uri.EscapeDataString(partner))}";
            if (by is null or "organisation")
                return await Report.Answer(context, title, asOf, format, Rows);
            return Together.TryGetValue(by, out var territory)
                ? await Report.Answer(context, title, asOf, format, async (journal, position, cancellation) => Total(await Rows(journal, position, cancellation), territory))
                : Problems.Of(400, "malformed", $"by is organisation, {string.Join(", ", Together.Keys)}.");

            async Task<IReadOnlyList<MaturityRow>> Rows(Journal journal, long position, CancellationToken cancellation)
            {
                var rows = await Of(journal.Streams(position, [typeof(OrganisationEvent)], cancellation: cancellation));
                if (partner is null)
                    return rows;
                var applied = await journal.Streams(position, [typeof(ApplicationSubmitted)], partner, cancellation)
                    .Select(events => ((ApplicationSubmitted)events[0].Data).Application.OrganisationRef).ToHashSetAsync(StringComparer.Ordinal, cancellation);
                return [.. rows.Where(r => applied.Contains(r.OrganisationRef))];
            }
        }).For(Role.Coordinator, Role.Operator, Role.Auditor, Role.Partner);

    private static MaturityRow Row(OrganisationDetails details, IReadOnlyCollection<Maturity> assessments)
    {
        var (before, after) = (Moment(MaturityMoment.Before).FirstOrDefault(), Moment(MaturityMoment.After).LastOrDefault());
        var region = Regions.Of(details.Territory());
        return new(details.Ref, details.Name, details.LegalForm, region.Code, region.Name, details.Territory())
        {
            BeforeOn = before?.AssessedOn,
            BeforeScale = before?.Scale,
            BeforeIndicators = before?.Indicators(),
            BeforeCollaborativeTools = before?.CollaborativeTools,
            BeforeWebsite = before?.Website,
            BeforeSocialNetworks = before?.SocialNetworks,
            BeforeMobileApp = before?.MobileApp,
            AfterOn = after?.AssessedOn,
            AfterScale = after?.Scale,
            AfterIndicators = after?.Indicators(),
            AfterCollaborativeTools = after?.CollaborativeTools,
            AfterWebsite = after?.Website,
            AfterSocialNetworks = after?.SocialNetworks,
            AfterMobileApp = after?.MobileApp,
        };

        IOrderedEnumerable<Maturity> Moment(MaturityMoment moment) => assessments.Where(a => a.Moment == moment).OrderBy(a => a.AssessedOn);
    }
}

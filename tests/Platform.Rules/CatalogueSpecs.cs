using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Metadata;
using Xunit;

namespace Tremplin.Platform.Rules;

/// <summary>docs/catalogue.md says what there is; it is written from the code.</summary>
public class CatalogueSpecs
{
    [Fact]
    public void Is_up_to_date() => Approved.Is("docs/catalogue.md", Catalogue(), "Run the rules once with APPROVE=1 and commit the file.");

    private static string Catalogue()
    {
        var page = new StringBuilder(
            """
            # Catalogue

            What happens, what is said about it, and what can be asked: every stored event, every message between the
            services and with partners, and every HTTP address. Written from the code by Platform.Rules, which fails when it is out of date;
            `APPROVE=1 dotnet run --project tests/Platform.Rules` writes it again.

            A *stream* is the history of one thing: a training record, a cohort, a certificate. Its *events* are stored for
            ever under the names below and never leave their service. What others need to hear is *announced* as a message;
            whoever takes it turns it into a command on a stream of its own.


            """);
        foreach (var service in Code.Services)
        {
            page.Append($"## {service.Name}: streams and their events\n\n");
            foreach (var stream in service.Streams)
            {
                page.Append($"### {Words(stream.Name)}\n\n{Docs.Summary(stream)}\n\n");
                var events = service.Events.Where(e => e.Stream == stream);
                Table(page, ["Stored as", "Type", "What happened", "Announced as", "Taken by"], events.Select(Row));
            }
        }

        page.Append("## Messages between the services\n\nEach is named on the wire as here. The id of a message is the id of the event that it announces.\n\n");
        foreach (var contract in Code.Contracts)
        {
            var by = Code.Events.Where(e => e.Service.AnnouncedAs(e.Type).Contains(contract)).Select(e => $"`{e.Name}`");
            page.Append($"### {Code.WireName(contract)}\n\n{Docs.Summary(contract)}\n");
            page.Append($"Announces {string.Join(" or ", by)}; taken by {Takers(contract)}.\n\n");
            Fields(page, contract);
        }

        page.Append(
            """
            ## Messages with partners

            CloudEvents 1.0, under the type that each is headed with. Every event of a training record has a public form, and no
            other event has one; beside them there are answers, and what is for every partner. The envelope, the routing keys and an example of each are in `contracts/asyncapi.html`.


            """);
        foreach (var contract in Code.Public)
        {
            var by = Code.Events.Where(e => PublicContract.Forms(e).Contains(contract.Type)).Select(e => $"`{e.Name}`").ToList();
            page.Append($"### {contract.WireType}\n\n{(contract.IsCommand ? "Command" : contract.IsForAll ? "Event for every partner" : "Event")}. {Docs.Summary(contract.Type)}\n");
            page.Append(by.Count > 0 ? $"The public form of {string.Join(" or ", by)}.\n\n" : "\n");
            Fields(page, contract.Type);
        }

        page.Append("## Parts of messages\n\n");
        foreach (var part in Code.Parts)
        {
            page.Append($"### {part.Name}\n\n{Docs.Summary(part)}\n\n");
            if (part.IsEnum)
                Table(page, ["Word", "Meaning"], PublicContract.Words(part).Select(w => new[] { $"`{w.Word}`", w.Meaning }));
            else
                Fields(page, part);
        }

        page.Append(
            """
            ## Addresses

            The body is JSON unless the page says CSV. A caller shows a bearer token whose claim `role` is one of those named.


            """);
        foreach (var service in Code.Services)
        {
            page.Append($"### {service.Name}\n\n");
            Table(page, ["Address", "Roles", "What it belongs to"], Running.Of(service).Endpoints
                .OrderBy(e => e.RoutePattern.RawText, StringComparer.Ordinal).ThenBy(EndpointSpecs.Address, StringComparer.Ordinal)
                .Select(e => new[]
                {
                    $"`{EndpointSpecs.Address(e)}`",
                    e.Metadata.GetMetadata<IAllowAnonymous>() is null ? string.Join(", ", EndpointSpecs.Roles(e)) : "*everybody*",
                    EndpointSpecs.Slice(e) is { } slice && slice.Assembly == service.Assembly ? Docs.Summary(slice)
                        : e.Metadata.GetMetadata<IEndpointSummaryMetadata>()?.Summary ?? "Health.",
                }));
        }

        return page.ToString().TrimEnd() + "\n";
    }

    private static string[] Row(StoredEvent e)
    {
        var contracts = e.Service.AnnouncedAs(e.Type).ToList();
        return
        [
            $"`{e.Name}`", $"`{e.Type.Name}`", Docs.Summary(e.Type),
            string.Join(", ", contracts.Select(c => $"`{Code.WireName(c)}`")) + (e.Service.IsAlwaysAnnounced(e.Type) ? "" : ", not always"),
            string.Join(", ", contracts.Select(Takers)),
        ];
    }

    private static string Takers(Type contract) => string.Join(", ", Code.Services.SelectMany(s => s.Doors
        .Where(d => d.Contract == contract).Select(d => $"{s.Name} ({d.Slice.Name})")).Order(StringComparer.Ordinal));

    private static void Fields(StringBuilder page, Type type) => Table(page, ["Field", "Type", "Meaning"], type.GetProperties()
        .Select(p => new[]
        {
            $"`{JsonNamingPolicy.CamelCase.ConvertName(p.Name)}`",
            Kind(p.PropertyType) + (Example.MayBeNull(p) ? ", may be absent" : ""),
            Docs.Parameter(type, p.Name),
        }));

    private static string Kind(Type type) => type switch
    {
        _ when Nullable.GetUnderlyingType(type) is { } value => Kind(value),
        { IsGenericType: true } => "list of " + Kind(type.GenericTypeArguments[0]),
        _ when type == typeof(Guid) => "UUID",
        _ when type == typeof(string) => "text",
        _ when type == typeof(int) || type == typeof(long) => "whole number",
        _ when type == typeof(decimal) => "decimal number",
        _ when type == typeof(bool) => "yes or no",
        _ when type == typeof(DateOnly) => "date",
        _ when type == typeof(DateTimeOffset) => "instant",
        _ => type.Name,
    };

    private static string Words(string name) => char.ToUpperInvariant(name[0]) + Code.Kebab(name).Replace('-', ' ')[1..];

    private static void Table(StringBuilder page, string[] head, IEnumerable<string[]> rows)
    {
        page.Append($"| {string.Join(" | ", head)} |\n|{string.Concat(head.Select(_ => "---|"))}\n");
        foreach (var row in rows)
            page.Append($"| {string.Join(" | ", row.Select(c => c.Replace("|", "\\|", StringComparison.Ordinal)))} |\n");
        page.Append('\n');
    }
}

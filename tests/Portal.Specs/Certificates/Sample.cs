using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.WebEncoders;
using Tremplin.Portal.Certificates;
using Tremplin.Portal.Language;

namespace Tremplin.Portal.Specs.Certificates;

/// <summary>Certificates as Certification answers them, and their pages without a server.</summary>
internal static class Sample
{
    public const string Token = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
    public const string Name = "Marie-Claude Dûpont d’Arc";
    public const string Salt = "c2FsdHNhbHRzYWx0c2FsdA";

    public static readonly string[] States = ["valid", "expired", "suspended", "revoked", "superseded", "withdrawn"];

    public static Guid Id(int number) => new(number, 1, 2, new byte[8]);

    /// <summary>What a certificate in this state is answered as.</summary>
    public static JsonObject Answer(string state = "valid", Guid? id = null, string address = "https://tremplin.example/", bool opened = false)
    {
        var number = id ?? Id(1);
        var since = state is "valid" or "expired" ? null : new JsonObject
        {
            ["effectiveOn"] = "2026-11-20",
            ["recordedAt"] = "2026-11-24T10:00:00Z",
            ["reason"] = state switch { "withdrawn" => "holder-request", "superseded" => "identity-error", "suspended" => "under-review", _ => "fraud" },
            ["legalBasis"] = state == "revoked" ? "Article L. 6362-7 du code du travail" : null,
            ["actorKind"] = state == "withdrawn" ? "holder" : "coordinator",
        };
        if (state == "withdrawn")
            return new() { ["id"] = number, ["state"] = state, ["since"] = since };
        return new()
        {
            ["id"] = number,
            ["state"] = state,
            ["since"] = since,
            ["expiredSince"] = state == "expired" ? "2028-11-25" : null,
            ["successor"] = state == "superseded" ? Id(2) : null,
            ["supersedes"] = state == "valid" ? Id(3) : null,
            ["holder"] = new JsonObject { ["initials"] = "M.-C. D.", ["name"] = opened ? Name : null, ["salt"] = opened ? Salt : null, ["erased"] = false },
            ["organisation"] = "siren:123456782",
            ["programme"] = new JsonObject
            {
                ["ref"] = "outils-collaboratifs",
                ["version"] = 2,
                ["title"] = "Travailler à distance avec des outils collaboratifs",
                ["competences"] = new JsonArray("2.4 Collaborer", "5.2 Identifier des besoins"),
            },
            ["startedOn"] = "2026-11-17",
            ["endedOn"] = "2026-11-24",
            ["deliveredMinutes"] = 1680,
            ["attendedMinutes"] = 1470,
            ["issuedOn"] = "2026-11-24",
            ["issuedAt"] = "2026-11-24T10:30:00Z",
            ["validUntil"] = "2028-11-24",
            ["issuer"] = "Tremplin",
            ["credential"] = $"{address}certificates/{number}/credential",
        };
    }

    /// <summary>The page of what was answered.</summary>
    public static async Task<string> Page(JsonObject answer, Words? words = null, string? token = null)
    {
        var services = new ServiceCollection()
            .AddSingleton(words ?? Words.English)
            .Configure<WebEncoderOptions>(html => html.TextEncoderSettings = new(System.Text.Unicode.UnicodeRanges.All))
            .AddWebEncoders()
            .BuildServiceProvider();
        await using var _ = services;
        await using var renderer = new HtmlRenderer(services, NullLoggerFactory.Instance);
        var certificate = Certificate.Read(JsonSerializer.SerializeToUtf8Bytes(answer));
        return await renderer.Dispatcher.InvokeAsync(async () => (await renderer.RenderComponentAsync<CertificatePage>(
            ParameterView.FromDictionary(new Dictionary<string, object?>(StringComparer.Ordinal) { ["Certificate"] = certificate, ["Token"] = token }))).ToHtmlString());
    }

    /// <summary>What an Accept header asks for.</summary>
    public static HttpRequest Asking(string accept, string? format = null)
    {
        var request = new DefaultHttpContext().Request;
        request.Headers.Accept = accept;
        if (format is not null)
            request.QueryString = QueryString.Create("format", format);
        return request;
    }

    public static DateOnly Day(string day) => DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}

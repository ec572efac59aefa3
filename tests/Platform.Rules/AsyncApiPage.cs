using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Tremplin.Platform.Rules;

/// <summary>The same as a page for people: every message with its fields and an example. It needs nothing but a browser.</summary>
internal static class AsyncApiPage
{
    private const string Style =
        """
        :root { color-scheme: light dark; }
        body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; }
        h2 { margin-top: 3rem; }
        h3 { margin-top: 2.5rem; }
        table { border-collapse: collapse; width: 100%; }
        caption { text-align: left; font-weight: bold; padding: 1.5rem 0 .5rem; }
        th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid #8886; }
        pre { overflow-x: auto; padding: .8rem; border: 1px solid #8886; border-radius: .3rem; }
        code { font-family: ui-monospace, monospace; font-size: .9em; overflow-wrap: anywhere; }
        th code { white-space: nowrap; }
        """;

    public static string Text()
    {
        var (events, commands) = (Code.Public.Where(c => !c.IsCommand).ToList(), Code.Public.Where(c => c.IsCommand).ToList());
        var page = new StringBuilder(
            $$"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8" />
            <meta name="viewport" content="width=device-width, initial-scale=1" />
            <title>Tremplin: messages with partners</title>
            <style>
            {{Style}}
            </style>
            </head>
            <body>
            <header>
            <h1>Tremplin: messages with partners</h1>
            <p>Release {{AsyncApi.Release}}. What <a href="asyncapi.yaml">asyncapi.yaml</a> says to programs; what changed is in the <a href="CHANGELOG.md">change log</a>.</p>
            </header>
            <nav aria-label="Contents">
            <ul>
            <li><a href="#rules">How it works</a></li>
            <li><a href="#envelopes">Envelopes</a></li>
            <li><a href="#events">Events</a>{{Links(events)}}</li>
            <li><a href="#commands">Commands</a>{{Links(commands)}}</li>
            </ul>
            </nav>
            <main>
            <section id="rules">
            <h2>How it works</h2>
            <p>Every message is one CloudEvent 1.0 in structured JSON, <code>{{Enrollment.Partners.CloudEvent.ContentType}}</code>, over AMQP 0-9-1.</p>
            <ul>
            <li>Events come from the durable topic exchange <code>{{Enrollment.Partners.Exchange.Events}}</code>. A partner binds a queue of its own to its own routing keys.</li>
            <li>What is for every partner comes from the durable topic exchange <code>{{Enrollment.Partners.Exchange.Notices}}</code>, for whoever binds to it.</li>
            <li>Commands go to the durable topic exchange <code>{{Enrollment.Partners.Exchange.Commands}}</code>, with the property <code>user_id</code> set to the partner's user name. Each is answered with <a href="#command.answered.v1"><code>command.answered.v1</code></a> or <a href="#message.rejected.v1"><code>message.rejected.v1</code></a>.</li>
            <li>The same event may come more than once, always with the same <code>id</code>. Within a record, <code>recordversion</code> has no gap.</li>
            <li>A field without a value is absent, never null. Fields may be added at any time: ignore those that you do not know.</li>
            <li>Events hold no personal data; it enters with commands alone and is sealed before anything is stored.</li>
            </ul>
            </section>
            <section id="envelopes">
            <h2>Envelopes</h2>

            """);
        Fields(page, "Around an event of a training record", Envelope(events.First(c => c.IsOfRecord)));
        Fields(page, "Around an answer", Envelope(events.First(c => c is { IsOfRecord: false, IsForAll: false })));
        Fields(page, "Around what is for every partner", Envelope(events.First(c => c.IsForAll)));
        Fields(page, "Around a command", Envelope(commands[0]));
        page.Append("</section>\n<section id=\"events\">\n<h2>Events</h2>\n");
        events.ForEach(c => Message(page, c));
        page.Append("</section>\n<section id=\"commands\">\n<h2>Commands</h2>\n");
        commands.ForEach(c => Message(page, c));
        return page.Append("</section>\n</main>\n</body>\n</html>\n").ToString();
    }

    /// <summary>Until when it is sent, where its next major version is there.</summary>
    public static string Sunset(PublicContract contract) => contract.LastDay is { } last
        ? $"<p><strong>Deprecated</strong>: sent until {last} (<code>deprecationsunset</code>), beside its next major version.</p>\n"
        : "";

    private static void Message(StringBuilder page, PublicContract contract)
    {
        page.Append(
            $"""
            <article id="{contract.Name}">
            <h3>{contract.Name}</h3>
            <p>{Safe(Docs.Summary(contract.Type))}</p>
            <p>Type <code>{contract.WireType}</code>, routing key <code>{AsyncApi.Address(contract)}</code>, schema <a href="schemas/{contract.File}.json"><code>{contract.File}</code></a>.</p>

            """);
        page.Append(Sunset(contract));
        Fields(page, "Fields of data", Rows("", Schema.Of(contract)["properties"]!["data"]!.AsObject()));
        page.Append($"<p><a href=\"examples/messages/{contract.File}.json\">Example</a>:</p>\n<pre><code>{Safe(Approved.Pretty(contract.Message()).TrimEnd())}</code></pre>\n</article>\n");
    }

    private static void Fields(StringBuilder page, string caption, IEnumerable<(string Name, JsonObject Schema, bool Required)> fields)
    {
        page.Append($"<table>\n<caption>{caption}</caption>\n<thead><tr><th scope=\"col\">Field</th><th scope=\"col\">Type</th><th scope=\"col\">Meaning</th></tr></thead>\n<tbody>\n");
        foreach (var (name, schema, required) in fields)
        {
            page.Append($"<tr><th scope=\"row\"><code>{name}</code></th><td>{Kind(schema)}{(required ? "" : ", may be absent")}</td>");
            page.Append($"<td>{Safe((string?)schema["description"] ?? "")}</td></tr>\n");
        }

        page.Append("</tbody>\n</table>\n");
    }

    private static IEnumerable<(string Name, JsonObject Schema, bool Required)> Envelope(PublicContract contract) =>
        Rows("", Schema.Of(contract)).Where(r => r.Name != "data" && !r.Name.StartsWith("data.", StringComparison.Ordinal))
            // Each message has its own.
            .Select(r => r.Name == "type" ? r with { Schema = new() { ["type"] = "string", ["description"] = (string?)r.Schema["description"] } } : r);

    private static IEnumerable<(string Name, JsonObject Schema, bool Required)> Rows(string under, JsonObject schema) =>
        from field in schema["properties"]!.AsObject()
        let inner = field.Value!.AsObject()
        let required = (schema["required"] as JsonArray ?? []).Any(r => (string?)r == field.Key)
        from row in inner["properties"] is null ? [(under + field.Key, inner, required)] : Rows($"{under}{field.Key}.", inner).Prepend((under + field.Key, inner, required))
        select row;

    private static string Kind(JsonObject schema) => ((string?)schema["type"], (string?)schema["format"]) switch
    {
        _ when schema["enum"] is JsonArray words => string.Join(" or ", words.Select(w => $"<code>{Safe((string)w!)}</code>")),
        ("array", _) => "list of " + Kind(schema["items"]!.AsObject()),
        ("object", _) => "object",
        ("integer", _) => "whole number",
        ("boolean", _) => "true or false",
        (_, "uuid") => "UUID",
        (_, "date") => "date",
        (_, "date-time") => "instant",
        _ => schema["maxLength"] is { } longest ? $"text of at most {longest} characters" : "text",
    };

    private static string Links(IEnumerable<PublicContract> contracts) =>
        $"\n<ul>\n{string.Concat(contracts.Select(c => $"<li><a href=\"#{c.Name}\">{c.Name}</a></li>\n"))}</ul>\n";

    private static string Safe(string text) => WebUtility.HtmlEncode(text).Replace("&quot;", "\"", StringComparison.Ordinal).Replace("&#39;", "'", StringComparison.Ordinal);
}

using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;

namespace Tremplin.Cli.Partners;

/// <summary><c>partner</c>: who may use the broker and the services from outside, and how.</summary>
internal static class Partner
{
    /// <summary>How an account is written, to the screen and to a file.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Command Verb() => new("partner", "Keeps the partners' accounts on the platform that is up.")
    {
        AddPartner.Verb(), RemovePartner.Verb(), RotateSecrets.Verb(), ListPartners.Verb(), LimitPartner.Verb(),
    };

    public static Argument<string> Id() => new("id") { Description = "The partner's id: 2 to 40 lower-case letters, digits and hyphens." };

    public static Option<bool> AsJson() => new("--json") { Description = "Prints JSON, for programs." };

    public static Option<int?> AtMost(string what)
    {
        var option = new Option<int?>($"--{what}") { Description = $"How many {what} the partner may have open at once." };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 1)
                result.AddError($"--{what} must be 1 or more.");
        });
        return option;
    }

    public static void Print(object what) => Console.WriteLine(JsonSerializer.Serialize(what, Json));

    /// <summary>Shows credentials: the only time that they are.</summary>
    public static void Show(Account account)
    {
        // Not as a table, which would break a secret over lines.
        if (account.Amqp is { } amqp)
            Lines("RabbitMQ", ("address", amqp.Uri), ("user", amqp.User), ("password", amqp.Password));
        if (account.OAuth is { } client)
            Lines("OAuth 2.0 client credentials", ("token URL", $"{client.TokenUrl}"), ("client id", client.ClientId), ("client secret", client.ClientSecret));
        if (account.Amqp is not null || account.OAuth is not null)
        {
            Lines("Enrollment", ("address", $"{account.EnrollmentUrl}"));
            Console.WriteLine("\nThe secrets are not shown again. If they are lost: ./platform partner rotate " + account.Partner);
        }
    }

    public static void Show(IEnumerable<AccountState> states)
    {
        var table = new Table().AddColumns("partner", "connections", "channels", "queues", "waiting", "state");
        foreach (var one in states)
        {
            table.AddRow(one.Partner, $"{one.Connections}/{(one.ConnectionLimit is { } connections ? $"{connections}" : "no limit")}", one.ChannelLimit is { } channels ? $"at most {channels}" : "no limit",
                $"{one.Queues}", $"{one.Waiting}", one.Drifted.Count == 0 ? "[green]in order[/]" : $"[red]drifted: {Markup.Escape(string.Join(", ", one.Drifted))}[/]");
        }
        AnsiConsole.Write(table);
    }

    private static void Lines(string title, params (string Name, string Value)[] lines)
    {
        Console.WriteLine($"\n{title}");
        foreach (var (name, value) in lines)
            Console.WriteLine($"  {name,-14} {value}");
    }
}

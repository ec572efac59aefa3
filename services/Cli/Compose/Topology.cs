using System.CommandLine;
using System.Text.Json.Nodes;
using Tremplin.Cli.Databases;
using Tremplin.Cli.Machine;
using Tremplin.Cli.Partners;

namespace Tremplin.Cli.Compose;

/// <summary>
/// <c>topology</c>: gives each service its user at the broker, who may read what the others announce but not their queues, and
/// declares the exchanges that partners meet. Done again it changes nothing; what differs is put right.
/// </summary>
internal static class Topology
{
    /// <summary>The users of the services. No partner may bear their names.</summary>
    public static IReadOnlyList<string> Users { get; } = ["enrollment", "scheduling", "certification"];

    public static Command Verb()
    {
        var passwords = new Option<string>("--passwords")
        {
            Description = "The folder with a file <service>.password for each service.",
            DefaultValueFactory = _ => Path.Combine(PlatformState.Home, "broker"),
        };
        var verb = new Command("topology", "Gives each service its user at the broker (TREMPLIN_RABBITMQ and TREMPLIN_MANAGEMENT, or that of the platform), and declares the exchanges that partners meet.") { passwords };
        verb.SetAction((parsed, stop) => RunAsync(parsed.GetValue(passwords)!, stop));
        return verb;
    }

    private static async Task<int> RunAsync(string passwords, CancellationToken stop)
    {
        using var broker = Administrator();
        await ApplyAsync(broker, passwords, stop);
        return 0;
    }

    /// <summary>Does it.</summary>
    /// <param name="broker">The broker, with its administrator.</param>
    /// <param name="passwords">The folder of the users' passwords, generated where lacking.</param>
    /// <param name="stop">Gives up. What is half done is finished by doing it again.</param>
    public static async Task ApplyAsync(Broker broker, string passwords, CancellationToken stop)
    {
        foreach (var user in Users)
        {
            await broker.PutAsync($"users/{user}", new() { ["password"] = Migration.Password(passwords, user), ["tags"] = "" }, stop);
            await broker.PutAsync($"permissions/%2F/{user}", Permissions(user), stop);
        }

        foreach (var exchange in Setting.Beforehand("").Where(one => one.List is "exchanges/%2F"))
            await broker.PutAsync(exchange.Path, exchange.Body, stop);
    }

    private static Broker Administrator()
    {
        static string? Set(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
        if (Set("TREMPLIN_RABBITMQ") is { } given)
            return new(new(Set("TREMPLIN_MANAGEMENT") ?? throw new InvalidOperationException("Set TREMPLIN_MANAGEMENT too: the address of the broker's management pages.")), new Uri(given).UserInfo);
        var state = PlatformState.In(PlatformState.Home) ?? throw new InvalidOperationException($"No platform in {PlatformState.Home}.");
        return new(state.Management ?? throw new InvalidOperationException("The broker's management pages are not known."), state.RabbitMq.UserInfo);
    }

    /// <summary>A contract's exchange bears the contract's name, which ends in its version; no queue's name does.</summary>
    private static JsonObject Permissions(string user)
    {
        const string Contracts = @"[a-z]+\.[a-z-]+\.v[0-9]+";
        var partners = user is "enrollment" ? @"|training\.[a-z]+" : "";
        return new()
        {
            ["configure"] = $@"^({user}\..+|{Contracts}{partners})$",
            ["write"] = $@"^({user}\..+{partners})$",
            ["read"] = $@"^({user}\..+|{Contracts}{partners})$",
        };
    }
}

using System.Buffers.Text;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Tremplin.Cli.Machine;

namespace Tremplin.Cli.Partners;

/// <summary>
/// What partners may do on a running platform: each has a user of the broker with permissions, limits and a policy for its
/// queues, and a client at Identity.
/// </summary>
/// <param name="management">The broker's management pages.</param>
/// <param name="amqp">The broker's address, with the user and password of an administrator.</param>
/// <param name="authority">Identity's address.</param>
/// <param name="enrollment">Enrollment's address.</param>
/// <param name="clientsFile">The path of <c>clients.json</c>.</param>
/// <param name="outside">Where partners reach all that; null where it is the same.</param>
internal sealed class PartnerAccess(Uri management, Uri amqp, Uri authority, Uri enrollment, string clientsFile, Outside? outside = null) : IDisposable
{
    /// <summary>What a partner may have open at once, unless it is told otherwise.</summary>
    public const int Connections = 5, Channels = 20;

    // The clients of the house at Identity, its organisation, and the broker's own user.
    private static readonly string[] House = ["coordinator", "trainer", "auditor", "operator", "platform", "tremplin", "guest", .. Compose.Topology.Users];

    private readonly Broker broker = new(management, amqp.UserInfo);
    private readonly PartnerClients clients = new(authority, clientsFile);
    private readonly Uri tokenUrl = new(outside?.Http ?? authority, "connect/token"), enrollmentUrl = outside is null ? enrollment : new(outside.Http, "enrollment/");

    /// <summary>That of the platform that is up.</summary>
    /// <exception cref="InvalidOperationException">There is none, or its broker has no management pages that we know of.</exception>
    public static PartnerAccess ToPlatform()
    {
        if (PlatformState.In(PlatformState.Home) is not { Started: true } state)
            throw new InvalidOperationException($"No platform is up in {PlatformState.Home}.");
        return new(
            Known(state.Management), state.RabbitMq, state.Authority, state.Replicas.First(replica => replica.Service is "Enrollment").Url,
            Platform.ClientsFile(state.Folder), state.Outside);
    }

    /// <summary>That of a platform that this process has started.</summary>
    /// <exception cref="InvalidOperationException">Its broker has no management pages that we know of.</exception>
    public static PartnerAccess To(Platform platform) => new(
        Known(platform.Servers.Management), platform.Servers.RabbitMq, platform.Identity.Url, platform.Enrollment[0].Url, Platform.ClientsFile(platform.Folder));

    /// <summary>Makes a partner's access, or repairs it: then no secret changes. Returns when it can be used.</summary>
    /// <param name="partner">The partner's id.</param>
    /// <param name="connections">How many connections it may have open; null: as before.</param>
    /// <param name="channels">How many channels it may have open; null: as before.</param>
    /// <param name="stop">Gives up. What is half done is finished by doing it again.</param>
    public async Task<Account> AddAsync(string partner, int? connections = null, int? channels = null, CancellationToken stop = default)
    {
        Check(partner);
        var user = await UserAsync(partner, stop);
        if (user is not null && !await IsKnownAsync(partner, stop))
            throw new InvalidOperationException($"{partner} is a user of the broker, but not a partner's: choose another id.");

        var done = await PutAsync(Setting.Beforehand(partner), stop);
        var known = clients.All()[partner];
        var (madeClient, secret) = (false, (string?)known?["secret"]);
        if (!PartnerClients.IsInOrder(known, partner))
        {
            madeClient = secret is null or "";
            await clients.PutAsync(partner, secret = madeClient ? NewSecret() : secret!, stop);
            done.Add("OAuth client");
        }

        await clients.UntilAsync(partner, secret!, stop);

        var created = !CanLogIn(user);
        if (created)
        {
            // Nobody can log in until all else is there. So nobody does without limits, and broken off before the secrets
            // are shown it can be done again.
            await broker.PutAsync($"users/{partner}", new() { ["password_hash"] = "", ["tags"] = "" }, stop);
        }
        else if (user!["tags"] is JsonArray { Count: > 0 })
        {
            await broker.PutAsync($"users/{partner}", new()
            {
                ["password_hash"] = user["password_hash"]!.DeepClone(),
                ["hashing_algorithm"] = user["hashing_algorithm"]!.DeepClone(),
                ["tags"] = "",
            }, stop);
            done.Add("tags");
        }
        done.AddRange(await PutAsync(Setting.Permissions(partner), stop));
        foreach (var elsewhere in Elsewhere(partner, await broker.ListAsync("permissions", stop)))
        {
            await broker.DeleteAsync($"permissions/{Uri.EscapeDataString(elsewhere)}/{partner}", stop);
            done.Add(Foreign(elsewhere));
        }
        if (await LimitAsync(partner, connections, channels, stop))
            done.Add("limits");

        // A partner that starts gets everything, also a client that Identity made by itself.
        var client = created || madeClient ? new OAuthClient(tokenUrl, partner, secret!) : null;
        return created
            ? new(partner, Created: true, [], await NewPasswordAsync(partner, stop), client, enrollmentUrl)
            : new(partner, Created: false, done, null, client, enrollmentUrl);
    }

    /// <summary>Gives a partner a new password and a new secret, and closes what was opened with the old ones.</summary>
    public async Task<Account> RotateAsync(string partner, CancellationToken stop = default)
    {
        await KnownAsync(partner, stop);
        if (!CanLogIn(await UserAsync(partner, stop)))
            throw new InvalidOperationException($"{partner} has no login at the broker yet: add it first.");
        var secret = NewSecret();
        await clients.PutAsync(partner, secret, stop);
        await clients.UntilAsync(partner, secret, stop);
        var user = await NewPasswordAsync(partner, stop);
        await CloseConnectionsAsync(partner, stop);
        return new(partner, Created: false, [], user, new(tokenUrl, partner, secret), enrollmentUrl);
    }

    /// <summary>Removes a partner's access with its queues. Events and records stay, and so do tokens until they expire.</summary>
    public async Task RemoveAsync(string partner, CancellationToken stop = default)
    {
        await KnownAsync(partner, stop);
        var secret = (string?)clients.All()[partner]?["secret"];
        await clients.RemoveAsync(partner, stop);
        // Nobody can come in any more, so that what is removed is not made again.
        await broker.PutAsync($"users/{partner}", new() { ["password_hash"] = "", ["tags"] = "" }, stop);
        await CloseConnectionsAsync(partner, stop);
        foreach (var kind in (string[])["queues", "exchanges"])
            await UntilNoneAsync($"{kind}/%2F?columns=name", one => IsOf(partner, one), name => $"{kind}/%2F/{name}", $"{kind} of {partner}", stop);
        await broker.DeleteAsync($"users/{partner}", stop);
        if (secret is not null)
            await clients.UntilAsync(partner, secret, stop, refused: true);
        // Last, since it marks what is left of a removal that was broken off.
        await broker.DeleteAsync($"policies/%2F/{Setting.Policy(partner)}", stop);
    }

    /// <summary>Changes the limits that are given, and shows how the partner's access stands.</summary>
    public async Task<AccountState> LimitsAsync(string partner, int? connections = null, int? channels = null, CancellationToken stop = default)
    {
        await KnownAsync(partner, stop);
        if (connections is not null || channels is not null)
            await LimitAsync(partner, connections, channels, stop);
        return (await ListAsync(stop)).Single(one => one.Partner == partner);
    }

    /// <summary>How the access of every partner stands, by id.</summary>
    public async Task<IReadOnlyList<AccountState>> ListAsync(CancellationToken stop = default)
    {
        var lists = new Dictionary<string, IReadOnlyList<JsonObject>>(StringComparer.Ordinal);
        foreach (var path in (string[])["policies/%2F", "exchanges/%2F", "users", "topic-permissions", "permissions", "user-limits", "connections", "queues/%2F"])
            lists[path] = await broker.ListAsync(path, stop);
        var all = clients.All();
        var partners = all.Where(one => PartnerClients.IsPartner(one.Value)).Select(one => one.Key)
            .Union(lists["policies/%2F"].Select(one => $"{one["name"]}").Where(name => name.StartsWith(Setting.Policy(""), StringComparison.Ordinal)).Select(name => name[Setting.Policy("").Length..]))
            .Where(IsId).Order(StringComparer.Ordinal);
        return [.. partners.Select(partner =>
        {
            var queues = lists["queues/%2F"].Where(one => IsOf(partner, one)).ToList();
            var limits = Limits(partner, lists["user-limits"]);
            return new AccountState(partner, lists["connections"].Count(one => (string?)one["user"] == partner),
                (int?)limits?["max-connections"], (int?)limits?["max-channels"], queues.Count, queues.Sum(one => (long?)one["messages"] ?? 0),
                [.. Drift(partner, lists, all, queues)]);
        })];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        broker.Dispose();
        clients.Dispose();
    }

    private static IEnumerable<string> Drift(
        string partner, Dictionary<string, IReadOnlyList<JsonObject>> lists, JsonObject all, IEnumerable<JsonObject> queues)
    {
        if (!PartnerClients.IsInOrder(all[partner], partner))
            yield return "OAuth client";
        var user = lists["users"].FirstOrDefault(one => (string?)one["name"] == partner);
        if (!CanLogIn(user))
        {
            // The rest goes without saying.
            yield return "no login at the broker";
            yield break;
        }
        if (user!["tags"] is JsonArray { Count: > 0 })
            yield return "tags";
        foreach (var setting in Setting.Beforehand(partner).Concat(Setting.Permissions(partner)).Where(one => !one.IsIn(lists[one.List])))
            yield return setting.What;
        foreach (var vhost in Elsewhere(partner, lists["permissions"]))
            yield return Foreign(vhost);
        if (Limits(partner, lists["user-limits"]) is not { } limits || limits["max-connections"] is null || limits["max-channels"] is null)
            yield return "limits";
        // The queue's own argument wins over the policy: full, it would hold up who publishes to it.
        foreach (var queue in queues.Where(one => $"{one["arguments"]?["x-overflow"]}".StartsWith("reject", StringComparison.Ordinal)))
            yield return $"queue {queue["name"]} rejects when full";
    }

    private static bool IsOf(string partner, JsonObject one) => $"{one["name"]}".StartsWith($"partner.{partner}.", StringComparison.Ordinal);

    private static IEnumerable<string> Elsewhere(string partner, IEnumerable<JsonObject> permissions) =>
        permissions.Where(one => (string?)one["user"] == partner).Select(one => $"{one["vhost"]}").Where(vhost => vhost is not "/");

    private static Uri Known(Uri? management) => management ?? throw new InvalidOperationException(
        "Of given servers the management pages of the broker must be known to keep partners' accounts: set TREMPLIN_MANAGEMENT to their URL.");

    private static string Foreign(string vhost) => $"permissions in vhost {vhost}";

    private static JsonNode? Limits(string partner, IEnumerable<JsonObject> limits) => limits.FirstOrDefault(one => (string?)one["user"] == partner)?["value"];

    private static string NewSecret() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    // It becomes part of regular expressions and routing keys: none of these characters means anything there.
    private static bool IsId(string partner) => partner.Length is >= 2 and <= 40 && char.IsAsciiLetterLower(partner[0])
        && partner.All(one => char.IsAsciiLetterLower(one) || char.IsAsciiDigit(one) || one is '-');

    private static bool CanLogIn(JsonObject? user) => (string?)user?["password_hash"] is { Length: > 0 };

    private async Task<AmqpUser> NewPasswordAsync(string partner, CancellationToken stop)
    {
        var password = NewSecret();
        await broker.PutAsync($"users/{partner}", new() { ["password"] = password, ["tags"] = "" }, stop);
        // Some clients take a single slash for a virtual host without a name.
        var address = outside?.Amqp ?? amqp;
        return new($"{address.Scheme}://{address.Host}:{address.Port}/%2F", partner, password);
    }

    private void Check(string partner)
    {
        if (!IsId(partner))
            throw new InvalidOperationException($"'{partner}' is no partner's id: 2 to 40 lower-case letters, digits and hyphens, a letter first.");
        if (House.Contains(partner) || Uri.UnescapeDataString(amqp.UserInfo.Split(':')[0]) == partner || clients.All()[partner] is { } client && !PartnerClients.IsPartner(client))
            throw new InvalidOperationException($"{partner} is of the house: choose another id.");
    }

    private async Task KnownAsync(string partner, CancellationToken stop)
    {
        Check(partner);
        if (!await IsKnownAsync(partner, stop))
            throw new InvalidOperationException($"No partner {partner}.");
    }

    private async Task<bool> IsKnownAsync(string partner, CancellationToken stop) =>
        clients.All()[partner] is not null || (await broker.ListAsync("policies/%2F", stop)).Any(one => (string?)one["name"] == Setting.Policy(partner));

    private async Task<JsonObject?> UserAsync(string partner, CancellationToken stop) =>
        (await broker.ListAsync("users", stop)).FirstOrDefault(one => (string?)one["name"] == partner);

    private async Task<List<string>> PutAsync(IEnumerable<Setting> settings, CancellationToken stop)
    {
        var done = new List<string>();
        foreach (var setting in settings)
        {
            if (setting.IsIn(await broker.ListAsync(setting.List, stop)))
                continue;
            await broker.PutAsync(setting.Path, setting.Body, stop);
            done.Add(setting.What);
        }
        return done;
    }

    private async Task<bool> LimitAsync(string partner, int? connections, int? channels, CancellationToken stop)
    {
        var known = Limits(partner, await broker.ListAsync("user-limits", stop));
        var changed = false;
        foreach (var (name, wanted, usual) in ((string, int?, int)[])[("max-connections", connections, Connections), ("max-channels", channels, Channels)])
        {
            if (known?[name] is { } limit && (wanted is null || wanted == (int)limit))
                continue;
            await broker.PutAsync($"user-limits/{partner}/{name}", new() { ["value"] = wanted ?? usual }, stop);
            changed = true;
        }
        return changed;
    }

    private Task CloseConnectionsAsync(string partner, CancellationToken stop) => UntilNoneAsync(
        $"connections/username/{partner}", _ => true, _ => $"connections/username/{partner}", $"connections of {partner}", stop);

    // Until a look finds none: one may have been on its way.
    private async Task UntilNoneAsync(string list, Func<JsonObject, bool> those, Func<string, string> path, string what, CancellationToken stop)
    {
        for (var clock = Stopwatch.StartNew(); (await broker.ListAsync(list, stop)).Where(those).ToList() is { Count: > 0 } left; await Task.Delay(100, stop))
        {
            if (clock.Elapsed > TimeSpan.FromSeconds(30))
                throw new InvalidOperationException($"{left.Count} {what} are still there after 30 s.");
            foreach (var name in left.Select(one => path(Uri.EscapeDataString($"{one["name"]}"))).Distinct(StringComparer.Ordinal))
                await broker.DeleteAsync(name, stop);
        }
    }
}

using System.Diagnostics;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Tremplin.Defaults;

namespace Tremplin.Enrollment.Partners;

/// <summary>The same events over HTTP, byte for byte, and what a partner needs to prove that its copy is whole.</summary>
public static class Feed
{
    private const int Most = 1000;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30), Look = TimeSpan.FromMilliseconds(250);

    /// <summary>The digest of a copy: SHA-256, in lower-case hex, over one line <c>id version\n</c> for each record, in the order of the ids.</summary>
    public static string Hash(IEnumerable<(Guid Record, long Version)> versions)
    {
        ArgumentNullException.ThrowIfNull(versions);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (record, version) in versions)
            hash.AppendData(Encoding.ASCII.GetBytes(FormattableString.Invariant($"{record} {version}\n")));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Opens the doors.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        // after: the sequence of the last event that was read; wait: seconds to wait for the next one.
        routes.MapGet("/events", async (
            ClaimsPrincipal caller, PublicEvents events, CancellationToken cancellation, string? partner, long after = 0, int take = Most, double wait = 0) =>
        {
            if (Refused(caller, ref partner) is { } refusal)
                return refusal;
            if (after < 0 || take is < 1 or > Most || !(wait >= 0 && wait <= Longest.TotalSeconds))
                return Problems.Of(400, "malformed", $"after is 0 or more, take is 1 to {Most}, wait is 0 to {Longest.TotalSeconds} seconds.");
            var waiting = Stopwatch.StartNew();
            var found = await events.Sequences(partner!, after, take, cancellation: cancellation);
            using var looks = new PeriodicTimer(Look);
            while (found.Count == 0 && waiting.Elapsed.TotalSeconds < wait && await looks.WaitForNextTickAsync(cancellation))
                found = await events.Sequences(partner!, after, take, cancellation: cancellation);
            return Results.Stream(async body =>
            {
                var separator = "["u8.ToArray();
                await foreach (var page in events.Read(found, cancellation))
                {
                    foreach (var message in page.Select(e => CloudEvent.Of(e)!))
                    {
                        await body.WriteAsync(separator, cancellation);
                        await body.WriteAsync(message.Bytes, cancellation);
                        separator = ","u8.ToArray();
                    }
                }

                await body.WriteAsync(found.Count == 0 ? "[]"u8.ToArray() : "]"u8.ToArray(), cancellation);
            }, CloudEvent.BatchType);
        }).For(Role.Partner, Role.Auditor, Role.Operator);

        // at: the sequence up to which the copy was read; without it, up to the last event that was announced.
        routes.MapGet("/digest", async (
            ClaimsPrincipal caller, PublicEvents events, CancellationToken cancellation, string? partner, long? at) =>
        {
            if (Refused(caller, ref partner) is { } refusal)
                return refusal;
            var announced = await events.Announced(cancellation);
            if (at < 0 || at > announced)
                return Problems.Of(400, "malformed", $"at is 0 to {announced}, the last sequence that was announced.");
            var versions = await events.Versions(partner!, at ?? announced, cancellation);
            return Results.Ok(new
            {
                partner,
                sequence = at ?? announced,
                sha256 = Hash(versions),
                records = versions.Select(v => new { id = v.Record, version = v.Version }),
            });
        }).For(Role.Partner, Role.Auditor, Role.Operator);
    }

    private static IResult? Refused(ClaimsPrincipal caller, ref string? partner)
    {
        if (caller.IsInRole(Role.Partner))
            partner ??= caller.FindFirstValue("organisation");
        return partner is null
            ? Problems.Of(400, "malformed", "partner says whose events are wanted.")
            : caller.MaySee(partner) ? null : Problems.Of(403, "foreign-partner", "A partner reads its own events only.");
    }
}

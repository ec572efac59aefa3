using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.RateLimiting;
using IPNetwork = System.Net.IPNetwork;

namespace Tremplin.Portal.Certificates;

/// <summary>How often one address on the network may ask for what is open to everybody.</summary>
public static class Limits
{
    /// <summary>The name of the limit.</summary>
    public const string Everybody = "everybody";

    /// <summary>
    /// A bucket of tokens for each address: <c>Public:AtOnce</c> (300) fit in, <c>Public:PerMinute</c> (300) come back. Behind a
    /// gateway the address is what it says in X-Forwarded-For; only one in <c>Gateway:Networks</c> is believed.
    /// </summary>
    public static void AddLimits(this WebApplicationBuilder builder)
    {
        var (atOnce, apart) = (builder.Configuration.GetValue("Public:AtOnce", 300), TimeSpan.FromMinutes(1) / builder.Configuration.GetValue("Public:PerMinute", 300));
        builder.Services.AddRateLimiter(limits =>
        {
            limits.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limits.OnRejected = Say;
            limits.AddPolicy(Everybody, context => RateLimitPartition.GetTokenBucketLimiter(Neighbourhood(context.Connection.RemoteIpAddress), _ => new()
            {
                TokenLimit = atOnce,
                TokensPerPeriod = 1,
                ReplenishmentPeriod = apart,
            }));
        });
        var networks = (builder.Configuration["Gateway:Networks"] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        builder.Services.Configure<ForwardedHeadersOptions>(forwarded =>
        {
            // Without a network that is known everybody would be believed.
            forwarded.ForwardedHeaders = networks.Length > 0 ? ForwardedHeaders.XForwardedFor : ForwardedHeaders.None;
            // As many as are known: there may be a proxy in front of the gateway.
            forwarded.ForwardLimit = null;
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            foreach (var network in networks)
                forwarded.KnownIPNetworks.Add(IPNetwork.Parse(network));
        });
    }

    /// <summary>Whom an address stands for: itself, or of IPv6 the /64 that one subscriber has.</summary>
    public static IPAddress Neighbourhood(IPAddress? address) => address switch
    {
        null => IPAddress.None,
        { IsIPv4MappedToIPv6: true } => address.MapToIPv4(),
        { AddressFamily: AddressFamily.InterNetworkV6 } => new([.. address.GetAddressBytes()[..8], .. new byte[8]]),
        _ => address,
    };

    // To people the page says it that says every other sorry.
    private static async ValueTask Say(OnRejectedContext rejected, CancellationToken stop)
    {
        var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? Math.Max(1, Math.Ceiling(after.TotalSeconds)) : 1;
        rejected.HttpContext.Response.Headers.RetryAfter = wait.ToString(CultureInfo.InvariantCulture);
        if (!CertificateDoor.WantsHtml(rejected.HttpContext.Request))
        {
            await TypedResults.Problem(
                "Too many requests came from this address. Try again later.", statusCode: StatusCodes.Status429TooManyRequests).ExecuteAsync(rejected.HttpContext);
        }
    }
}

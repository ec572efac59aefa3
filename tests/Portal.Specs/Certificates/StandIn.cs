using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Tremplin.Portal.Specs.Certificates;

/// <summary>Stands in for Certification: answers what it was given, and remembers what it was asked.</summary>
internal sealed class StandIn : IAsyncDisposable
{
    private readonly WebApplication _web;
    private readonly ConcurrentDictionary<string, Given> _answers = new(StringComparer.Ordinal);

    private StandIn(WebApplication web) => _web = web;

    /// <summary>Its address.</summary>
    public Uri Url { get; private set; } = null!;

    /// <summary>What it was asked: the address, and the headers.</summary>
    public ConcurrentQueue<(string Address, IHeaderDictionary Headers)> Asked { get; } = [];

    public static async Task<StandIn> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var web = builder.Build();
        web.Urls.Add("http://127.0.0.1:0");
        var it = new StandIn(web);
        web.Run(it.Answer);
        await web.StartAsync();
        it.Url = new(web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return it;
    }

    /// <summary>Answers this at that path and query from now on.</summary>
    public void Has(string address, JsonNode json, string type = "application/json", string? etag = null, string? cache = "no-store") =>
        Has(address, Encoding.UTF8.GetBytes(json.ToJsonString()), type, etag, cache);

    public void Has(string address, byte[] body, string type, string? etag = null, string? cache = null, string? disposition = null) =>
        _answers["/" + address] = new(body, type, etag, cache, disposition);

    public ValueTask DisposeAsync() => _web.DisposeAsync();

    private Task Answer(HttpContext context)
    {
        var address = context.Request.Path.ToUriComponent() + context.Request.QueryString;
        Asked.Enqueue((address, new HeaderDictionary(context.Request.Headers.ToDictionary())));
        if (!_answers.TryGetValue(address, out var given))
        {
            return TypedResults.Problem($"There is no certificate {address.Split('/', '?')[2]}.", statusCode: 404, type: "urn:tremplin:problem:unknown").ExecuteAsync(context);
        }

        var response = context.Response;
        (response.Headers.ETag, response.Headers.CacheControl, response.Headers["X-Inside"]) = (given.ETag, given.Cache, "secret");
        response.Headers.SetCookie = "inside=1";
        if (given.ETag is { } etag && context.Request.Headers.IfNoneMatch == etag)
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        (response.ContentType, response.ContentLength, response.Headers.ContentDisposition) = (given.Type, given.Body.Length, given.Disposition);
        return response.Body.WriteAsync(given.Body, context.RequestAborted).AsTask();
    }

    private sealed record Given(byte[] Body, string Type, string? ETag, string? Cache, string? Disposition);
}

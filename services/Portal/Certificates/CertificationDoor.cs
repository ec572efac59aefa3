using System.Net;
using System.Net.Http.Headers;

namespace Tremplin.Portal.Certificates;

/// <summary>What Certification tells everybody. Nothing of whoever asks goes there but what the address is made of.</summary>
public sealed class CertificationDoor(IConfiguration configuration) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
    })
    {
        BaseAddress = new Uri(configuration.Required("Services:Certification")),
        Timeout = TimeSpan.FromSeconds(30),
    };

    /// <summary>The address of a certificate, or of something that belongs to it.</summary>
    /// <param name="id">
    /// As it was asked for. What is no number goes on as the one that no certificate has, so that it is answered as any unknown one.
    /// </param>
    /// <param name="part">What follows the number, with its slash; nothing for the certificate itself.</param>
    /// <param name="holder">The holder's token; what cannot be one is left out.</param>
    public static string Path(string id, string part = "", string? holder = null) =>
        $"certificates/{(Guid.TryParse(id, out var number) ? number : Guid.Empty)}{part}"
        + (holder is { Length: 43 } && holder.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') ? $"?holder={holder}" : "");

    /// <summary>Asks; where no answer comes, the answer says so (503).</summary>
    /// <param name="path">From the root of Certification.</param>
    /// <param name="known">The version that whoever asks has already (If-None-Match).</param>
    /// <param name="stop">Ends the wait.</param>
    public async Task<HttpResponseMessage> Ask(string path, string? known, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("*/*"));
        if (known is not null)
            request.Headers.TryAddWithoutValidation("If-None-Match", known);
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException && !stop.IsCancellationRequested)
        {
            return new(HttpStatusCode.ServiceUnavailable)
            {
                Content = JsonContent.Create(
                    new { title = "Service Unavailable", status = 503, detail = "The service that knows does not answer. Try again in a moment." },
                    new MediaTypeHeaderValue("application/problem+json")),
            };
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();
}

using System.Text.Json;
using System.Text.RegularExpressions;

namespace Tremplin.Scenarios;

/// <summary>Whoever looks at the portal's pages, in a browser without scripts.</summary>
internal sealed class Visitor(OnePlatform one) : IDisposable
{
    /// <summary>The browser; it follows no redirection by itself.</summary>
    public HttpClient Browser { get; } = new(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = one.Platform.Portal.Url };

    /// <summary>What a page has where the pattern says <c>it</c>.</summary>
    public static IEnumerable<string> Matches(string page, string pattern) =>
        Regex.Matches(page, pattern, RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Select(m => m.Groups["it"].Value);

    /// <summary>The value of a field of the last form.</summary>
    public static string Field(string name, string page) => Matches(page, $"name=\"{name}\" value=\"(?<it>[^\"]+)\"").Last();

    /// <summary>Asks for a page.</summary>
    public Task<HttpResponseMessage> Ask(string address) => Browser.GetAsync(address);

    /// <summary>A page that has to be there.</summary>
    public async Task<string> Read(string address)
    {
        using var answer = await Ask(address);
        var page = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.Should().Be(System.Net.HttpStatusCode.OK, "it said: {0}", page);
        return page;
    }

    /// <summary>Signs in as a client that Identity knows.</summary>
    public async Task<HttpResponseMessage> SignIn(string client, string? secret = null, string at = "sign-in")
    {
        if (secret is null)
        {
            using var clients = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(one.Platform.Folder, "secrets", "clients.json")));
            secret = clients.RootElement.GetProperty(client).GetProperty("secret").GetString()!;
        }

        var page = await Read(at);
        return await Browser.PostAsync(at, new FormUrlEncodedContent(
        [
            new("__RequestVerificationToken", Field("__RequestVerificationToken", page)), new("_handler", Field("_handler", page)),
            new("client", client), new("secret", secret),
        ]));
    }

    /// <inheritdoc/>
    public void Dispose() => Browser.Dispose();
}

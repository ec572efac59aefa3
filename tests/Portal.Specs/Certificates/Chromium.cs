using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tremplin.Portal.Specs.Certificates;

/// <summary>A browser without a window (Debian's package chromium), driven by its DevTools protocol; one question at a time.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private readonly ClientWebSocket _socket = new();
    private readonly string _profile = Directory.CreateTempSubdirectory("tremplin-chromium-").FullName;
    private readonly List<JsonObject> _events = [];
    private Process? _process;
    private int _last;
    private string? _tab, _page;

    /// <summary>What the browser loaded since the last page was opened.</summary>
    internal IEnumerable<Uri> Loaded => Events("Network.requestWillBeSent").Select(e => new Uri((string)e["request"]!["url"]!));

    /// <summary>What it complained about since: errors of scripts, and what the page may not do.</summary>
    internal IEnumerable<string> Complaints =>
        Events("Runtime.exceptionThrown").Concat(Events("Log.entryAdded").Where(e => (string?)e["entry"]!["level"] == "error")).Select(e => e.ToJsonString());

    /// <summary>Starts it.</summary>
    /// <exception cref="InvalidOperationException">It does not start; the message holds what it said.</exception>
    public async ValueTask InitializeAsync()
    {
        _process = Process.Start(new ProcessStartInfo("chromium",
            ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--remote-debugging-port=0", $"--user-data-dir={_profile}", "about:blank"])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        var said = new List<string>();
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            said.Add(line);
            if (line.Split("DevTools listening on ") is not [_, var address])
                continue;
            // What it says from now on interests nobody, and must not hold it up.
            _ = _process.StandardError.ReadToEndAsync();
            _ = _process.StandardOutput.ReadToEndAsync();
            await _socket.ConnectAsync(new(address), CancellationToken.None);
            return;
        }

        throw new InvalidOperationException($"chromium ended: {string.Join('\n', said)}");
    }

    /// <summary>Opens a page, in a tab of its own, and returns when it has loaded.</summary>
    internal async Task Open(Uri address, int width = 1280, bool script = true, bool dark = false)
    {
        _page = null;
        if (_tab is not null)
            await Send("Target.closeTarget", new { targetId = _tab });
        _tab = (await Send("Target.createTarget", new { url = "about:blank" })).GetProperty("targetId").GetString();
        _page = (await Send("Target.attachToTarget", new { targetId = _tab, flatten = true })).GetProperty("sessionId").GetString();
        foreach (var domain in (string[])["Page", "Network", "Runtime", "Log"])
            await Send($"{domain}.enable", new { });
        await Send("Emulation.setDeviceMetricsOverride", new { width, height = 900, deviceScaleFactor = 2, mobile = width < 600 });
        await Send("Emulation.setEmulatedMedia", new { features = new[] { new { name = "prefers-color-scheme", value = dark ? "dark" : "light" } } });
        await Send("Emulation.setScriptExecutionDisabled", new { value = !script });
        _events.Clear();
        await Send("Page.navigate", new { url = address });
        while (Events("Page.loadEventFired").Count == 0)
            await Receive();
    }

    /// <summary>The value of a script's expression in the page; of a promise, what it promises.</summary>
    internal async Task<JsonElement> Evaluate(string expression)
    {
        var answer = await Send("Runtime.evaluate", new { expression, awaitPromise = true, returnByValue = true });
        if (answer.TryGetProperty("exceptionDetails", out var fault))
            throw new InvalidOperationException(fault.GetRawText());
        return answer.GetProperty("result").TryGetProperty("value", out var value) ? value : default;
    }

    /// <summary>The page on paper, as a PDF.</summary>
    internal async Task<byte[]> Printed() => (await Send("Page.printToPDF", new { preferCSSPageSize = true, printBackground = true })).GetProperty("data").GetBytesFromBase64();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_socket.State is WebSocketState.Open)
        {
            _page = null;
            await Send("Browser.close", new { });
            await _process!.WaitForExitAsync();
        }

        _socket.Dispose();
        _process?.Dispose();
        Directory.Delete(_profile, recursive: true);
    }

    private async Task<JsonElement> Send(string method, object parameters)
    {
        var id = ++_last;
        var message = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = JsonSerializer.SerializeToNode(parameters) };
        if (_page is not null)
            message["sessionId"] = _page;
        await _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(message), WebSocketMessageType.Text, true, TestContext.Current.CancellationToken);
        while (true)
        {
            var answer = await Receive();
            if ((int?)answer["id"] != id)
                continue;
            return answer["error"] is { } error
                ? throw new InvalidOperationException($"{method}: {error.ToJsonString()}")
                : JsonSerializer.SerializeToElement(answer["result"]);
        }
    }

    private async Task<JsonObject> Receive()
    {
        using var message = new MemoryStream();
        var buffer = new byte[64 * 1024];
        WebSocketReceiveResult part;
        do
        {
            part = await _socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
            message.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);
        var received = JsonNode.Parse(message.ToArray())!.AsObject();
        if (received["id"] is null)
            _events.Add(received);
        return received;
    }

    private List<JsonNode> Events(string method) => [.. _events.Where(e => (string?)e["method"] == method).Select(e => e["params"]!)];
}

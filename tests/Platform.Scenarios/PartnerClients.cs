using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using RabbitMQ.Client;
using Tremplin.Cli.Demo;
using Tremplin.Cli.Machine;

namespace Tremplin.Scenarios;

/// <summary>The clients that we give to partners, each as its own program against the real broker.</summary>
public sealed class PartnerClients(OnePlatform one)
{
    internal const string Python = "/usr/bin/python3";
    private const string Commands = "enrollment.partner-commands";

    /// <summary>How each is started, by its language.</summary>
    internal static readonly IReadOnlyDictionary<string, string[]> Programs = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["python"] = [Python, Example("python", "partner.py")],
        ["node"] = ["node", Example("node", "partner.mjs")],
        ["dotnet"] = ["dotnet", Example("dotnet", "bin", "Release", "net10.0", "Partner.dll")],
    };

    // Each applies once: for somebody who has a record already, another partner's application would make none.
    private static readonly Queue<object> People = new(Sample());

    [Theory]
    [InlineData("python")]
    [InlineData("node")]
    [InlineData("dotnet")]
    public async Task A_client_applies_loses_its_connection_and_its_copy_and_ends_whole(string language)
    {
        await using var relay = new Relay(one.Platform.Servers.RabbitMq.Port, 30_000, 60_000);
        var course = await Course.Open(one.Api, cohorts: 10, seats: 12);
        await using var client = await Client.Of(one, language, "loses", course, learners: 200, relay.Port);

        (await client.Run("apply", client.Applications)).Lost.Should().BeGreaterThanOrEqualTo(2);
        relay.Left.Should().Be(0, "the connection was lost twice");
        client.LosesItsCopy();
        await client.EndsWhole(learners: 200);
        (await client.Run("verify")).Said.Should().EndWith("whole\n");
    }

    [Theory]
    [InlineData("python")]
    [InlineData("node")]
    [InlineData("dotnet")]
    public async Task A_client_asks_again_for_what_it_lacks_and_skips_what_it_cannot_read(string language)
    {
        var course = await Course.Open(one.Api, cohorts: 1, seats: 12);
        await using var client = await Client.Of(one, language, "lacks", course, learners: 15);
        await client.Run("apply", client.Applications);
        await client.EndsWhole(learners: 15);
        string[] bodies = [Python, "-c", "import sqlite3, sys; print(*sqlite3.connect(sys.argv[1]).execute('SELECT id, body FROM event ORDER BY id'), sep='\\n')", client.Copy];
        var received = (await Exec(bodies).Ended).Said;
        client.LosesItsCopy();
        var whole = await client.EndsWhole(learners: 15);
        (await Exec(bodies).Ended).Said.Should().Be(received, "the feed has the same bytes as the broker").And.Contain("specversion");


        // Of the newest record the first event, which the next one shows; and the end of another, which nothing in the copy shows.
        await Exec([Python, "-c", """
            import sqlite3, sys
            sqlite3.connect(sys.argv[1], isolation_level=None).executescript('''
            DELETE FROM event WHERE sequence = (SELECT max(sequence) FROM event WHERE version = 1);
            DELETE FROM event WHERE sequence = (SELECT min(last) FROM (SELECT max(sequence) AS last FROM event GROUP BY record));''')
            """, client.Copy]).Ended;
        (await client.Run("digest")).Said.Should().NotBe(whole.Digest + "\n");
        await using (var broker = await one.Platform.Broker())
        {
            await using var channel = await broker.CreateChannelAsync();
            foreach (var body in (byte[][])[[.. "}{"u8], [0xff], [.. """{"sequence":"1","type":"x","data":{}}"""u8], [.. """{"type":"org.tremplin.training.unheard-of.v1","data":{}}"""u8],
                await File.ReadAllBytesAsync(Example("messages", "ledger.checkpoint-signed.v1.0.json"))])
                await channel.BasicPublishAsync("", $"partner.{client.Partner}.inbox", body);
        }

        var again = await client.EndsWhole(learners: 15);
        again.Said.Should().Be(whole.Said, "not one event more or less");
        again.Complaints.Count(line => line.StartsWith("message skipped", StringComparison.Ordinal)).Should().Be(3);
        (await client.Run("verify")).Complaints.Should().BeEmpty();
    }

    [Fact]
    public async Task Clients_whose_commands_come_back_and_whose_broker_starts_again_end_whole()
    {
        var course = await Course.Open(one.Api, cohorts: 10, seats: 12);
        await using var python = await Client.Of(one, "python", "waits", course, learners: 50);
        await using var node = await Client.Of(one, "node", "waits", course, learners: 50);
        await using var dotnet = await Client.Of(one, "dotnet", "waits", course, learners: 50);
        Client[] clients = [python, node, dotnet];
        var enrollment = one.Platform.Enrollment[0];
        await enrollment.KillAsync();
        try
        {
            List<Running> applying;
            await using (var broker = await one.Platform.Broker())
            {
                await using var channel = await broker.CreateChannelAsync();
                await channel.QueueUnbindAsync(Commands, "training.commands", "partner.#");
                applying = [.. clients.Select(client => client.Start("apply", client.Applications))];
                await Story.Until(() => Task.FromResult(applying.TrueForAll(it => it.Complaints.Any(line => line.EndsWith("returned", StringComparison.Ordinal)))), "commands came back to each");
                await channel.QueueBindAsync(Commands, "training.commands", "partner.#");
                await Story.Until(async () => (await channel.QueueDeclarePassiveAsync(Commands)).MessageCount >= 150, "they were sent again, and wait for their answers");
            }

            await one.Platform.Servers.StopBrokerAsync();
            await Story.Until(() => Task.FromResult(applying.TrueForAll(it => it.Lost > 1)), "each has found the broker gone, and no door open");
            await one.Platform.Servers.StartBrokerAsync();
            await enrollment.RestartAsync();
            await Task.WhenAll(applying.Select(it => it.Ended));
        }
        finally
        {
            if (!enrollment.Process.Alive)
                await enrollment.RestartAsync();
        }

        await Task.WhenAll(clients.Select(client => client.EndsWhole(learners: 50)));
    }

    internal static string Example(params string[] path) => Path.Combine([SourceTree.Root, "contracts", "examples", .. path]);

    // Rows of the sample that name a person without a fault, each person once. All apply from one organisation here, where two of one
    // name would be looked at first, and so would those of the sample itself: the number makes other people of them.
    private static IEnumerable<object> Sample() => File.ReadLines(Play.SampleFile("applications.csv")).Skip(1).Select(line => line.Split(','))
        .Where(row => row.Length == 9 && row[3].Trim().Length > 0 && row[4].Trim().Length > 0 && row[5].Contains('@', StringComparison.Ordinal) && row[5].EndsWith(".example", StringComparison.Ordinal))
        .DistinctBy(row => row[5].Trim(), StringComparer.OrdinalIgnoreCase)
        .Select((row, n) => new { firstName = row[3], lastName = $"{row[4].Trim()}-{n}", email = $"{n}.{row[5].Trim()}" });

    private static Running Exec(IEnumerable<string> command) => new([.. command]);

    /// <summary>A program that runs, and what it says.</summary>
    private sealed class Running
    {
        private readonly Process _process;
        private readonly ConcurrentQueue<string> _complaints = [];

        public Running(string[] command)
        {
            _process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
            _process.ErrorDataReceived += (_, line) =>
            {
                if (line.Data is { Length: > 0 } complaint)
                    _complaints.Enqueue(complaint);
            };
            _process.BeginErrorReadLine();
            Ended = End();
        }

        /// <summary>Over when the program is.</summary>
        public Task<Running> Ended { get; }

        public IReadOnlyCollection<string> Complaints => _complaints;

        public int Lost => _complaints.Count(line => line.StartsWith("connection lost", StringComparison.Ordinal));

        public string Said { get; private set; } = "";

        public string Digest => Said.Split("digest ")[1][..64];

        public int Code => _process.ExitCode;

        public void Kill()
        {
            if (!_process.HasExited)
                _process.Kill(entireProcessTree: true);
        }

        private async Task<Running> End()
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
            try
            {
                Said = await _process.StandardOutput.ReadToEndAsync(patience.Token);
                await _process.WaitForExitAsync(patience.Token);
                return this;
            }
            catch (OperationCanceledException late)
            {
                Kill();
                throw new TimeoutException($"It did not end, but complained: {string.Join('\n', _complaints)}", late);
            }
        }
    }

    /// <summary>A partner with an account, applications to send, and a client in some language.</summary>
    private sealed class Client : IAsyncDisposable
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("tremplin-client-").FullName;
        private readonly OnePlatform _one;
        private readonly Cli.Partners.PartnerAccess _access;
        private readonly string[] _program;
        private readonly List<Running> _started = [];

        private Client(OnePlatform one, string language, string partner)
        {
            (_one, _program, Partner) = (one, Programs[language], partner);
            _access = new(
                one.Platform.Servers.Management!, one.Platform.Servers.RabbitMq, one.Platform.Identity.Url, one.Platform.Enrollment[0].Url,
                Platform.ClientsFile(one.Platform.Folder));
        }

        public string Partner { get; }

        public string Applications => Path.Combine(_folder, "applications.json");

        public string Copy => Path.Combine(_folder, "copy.db");

        private string Account => Path.Combine(_folder, "account.json");

        public static async Task<Client> Of(OnePlatform one, string language, string story, Course course, int learners, int? port = null)
        {
            var client = new Client(one, language, $"{story}-{language}");
            await File.WriteAllTextAsync(client.Applications, JsonSerializer.Serialize(Enumerable.Range(0, learners).Select(n => new
            {
                applicationRef = $"S{n}",
                organisationRef = "ORG-COURSE",
                role = "volunteer",
                programme = "course",
                appliedOn = "2026-10-01",
                cohortId = course.Cohorts[n % course.Cohorts.Count],
                person = People.Dequeue(),
            })));
            var account = JsonSerializer.SerializeToNode(await client._access.AddAsync(client.Partner), JsonSerializerOptions.Web)!.AsObject();
            if (port is not null)
                account["amqp"]!["uri"] = $"amqp://127.0.0.1:{port}/";
            await File.WriteAllTextAsync(client.Account, account.ToJsonString());
            return client;
        }

        public Running Start(params string[] verb)
        {
            var running = Exec([.. _program, Account, Copy, .. verb]);
            _started.Add(running);
            return running;
        }

        public Task<Running> Run(params string[] verb) => Start(verb).Ended;

        public void LosesItsCopy()
        {
            foreach (var file in Directory.GetFiles(_folder, "copy.db*"))
                File.Delete(file);
        }

        /// <summary>Follows until the copy is whole, and sees that the platform thinks so too.</summary>
        public async Task<Running> EndsWhole(int learners)
        {
            var settled = await Run("follow", "--settled");
            settled.Code.Should().Be(0, string.Join('\n', settled.Complaints));
            settled.Said.Should().StartWith($"{learners} records").And.EndWith("whole\n");
            var theirs = await Api.Send(_one.Api.Enrollment, HttpMethod.Get, $"digest?partner={Partner}");
            theirs.GetProperty("records").GetArrayLength().Should().Be(learners, "each applied once, however often it was sent");
            (await Run("digest")).Said.Should().Be(theirs.GetProperty("sha256").GetString() + "\n");
            return settled;
        }

        public async ValueTask DisposeAsync()
        {
            // By itself it would try for ever.
            _started.ForEach(running => running.Kill());
            await _access.RemoveAsync(Partner);
            _access.Dispose();
            Directory.Delete(_folder, recursive: true);
        }
    }
}

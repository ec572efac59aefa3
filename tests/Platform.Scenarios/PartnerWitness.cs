using System.Diagnostics;
using System.Text;
using System.Text.Json;
using RabbitMQ.Client;
using Tremplin.Cli.Audit;
using Tremplin.Cli.Demo;
using Tremplin.Ledger;

namespace Tremplin.Scenarios;

/// <summary>A partner keeps the checkpoints that it hears of, and an auditor takes its folder as the witness.</summary>
public sealed class PartnerWitness(OnePlatform one)
{
    private const string Checkpoints = "ledger.checkpoint-signed.v1";

    [Fact]
    public async Task An_auditor_verifies_by_the_folder_of_a_partner()
    {
        await using var partner = await WitnessingPartner.Of(one.Platform);
        var course = await Course.Open(one.Api, cohorts: 1, seats: 5);
        await partner.Caught();
        await Api.Send(one.Api.Enrollment, HttpMethod.Post, "applications", Course.Application(course.Cohorts[0], Course.Stranger()));
        await one.Api.Answered(course.Cohorts[0], 1);
        await partner.Caught();

        foreach (var service in WitnessingPartner.Services)
        {
            partner.Text($"{service}.vkey").Should().Be(await File.ReadAllTextAsync(Path.Combine(one.Platform.Witness, $"{service}.vkey")));
            var key = VerifierKey.Parse(partner.Text($"{service}.vkey"));
            partner.Notes(service).Select(note => Checkpoint.Open(note, key).Size).Should().HaveCountGreaterThan(1).And.BeInAscendingOrder().And.OnlyHaveUniqueItems();

            await using var store = Verify.Store(one.Platform.Servers.PostgresConnectionString("postgres"), service);
            var verified = await Verify.Of(service, store, partner.Folder).Run(_ => { }, TestContext.Current.CancellationToken);
            verified.Findings.Should().BeEmpty();
            verified.Proven.Should().BePositive().And.Be(Checkpoint.Open(partner.Notes(service)[^1], key).Size);
            verified.Checkpoints.Should().Be(partner.Notes(service).Count);
        }
    }

    [Fact]
    public async Task Told_again_it_is_the_same_message()
    {
        await using var connection = await one.Platform.Broker();
        await using var channel = await connection.CreateChannelAsync();
        var queue = (await channel.QueueDeclareAsync()).QueueName;
        await channel.QueueBindAsync(queue, "training.notices", Checkpoints);
        await Course.Open(one.Api, cohorts: 1, seats: 1);
        await one.Platform.Witnessed();
        var witnessed = Checkpoint.Notes(File.ReadLines(Path.Combine(one.Platform.Witness, "scheduling.checkpoints"))).Last();
        var first = await Told();

        await one.Platform.Enrollment[0].RestartAsync(TestContext.Current.CancellationToken);
        var again = await Told();

        again.BasicProperties.MessageId.Should().NotBeNull().And.Be(first.BasicProperties.MessageId);
        Encoding.UTF8.GetString(again.Body.Span).Should().Be(Encoding.UTF8.GetString(first.Body.Span));
        again.BasicProperties.Type.Should().Be("org.tremplin.training." + Checkpoints);

        async Task<BasicGetResult> Told()
        {
            BasicGetResult? told = null;
            await Story.Until(
                async () => (told = await channel.BasicGetAsync(queue, autoAck: true)) is not null
                    && new Message(Encoding.UTF8.GetString(told.Body.Span)).Data.GetProperty("note").GetString() == witnessed,
                "the newest checkpoint of Scheduling comes");
            return told!;
        }
    }

    [Fact]
    public async Task Another_key_is_an_alarm()
    {
        await using var partner = await WitnessingPartner.Of(one.Platform);
        await Course.Open(one.Api, cohorts: 1, seats: 1);
        await partner.Caught();
        var (key, notes) = (partner.Text("scheduling.vkey"), partner.Notes("scheduling"));
        using var other = new SigningKey("tremplin/scheduling", new byte[SigningKey.SeedLength]);
        await using var connection = await one.Platform.Broker();
        await using var channel = await connection.CreateChannelAsync();

        await channel.BasicPublishAsync("training.notices", Checkpoints, JsonSerializer.SerializeToUtf8Bytes(new
        {
            data = new { service = "scheduling", size = 1, note = other.Sign(new("tremplin/scheduling", 1, new byte[Merkle.Length])), key = other.Verifier.ToString() },
        }));

        (await partner.Ended()).Should().Be((1, $"ALARM: the ledger of scheduling is now signed with {other.Verifier}, and was with {key.Trim()}.\n"));
        partner.Text("scheduling.vkey").Should().Be(key);
        partner.Notes("scheduling").Should().Equal(notes);
    }
}

/// <summary>A partner that runs our example of a witness.</summary>
internal sealed class WitnessingPartner : IAsyncDisposable
{
    // Those that have a ledger as soon as a course is open.
    public static readonly IReadOnlyList<string> Services = ["enrollment", "scheduling"];

    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("tremplin-partner-");
    private readonly string _id = TwoPartners.NewId();
    private readonly Cli.Machine.Platform _platform;
    private readonly Cli.Partners.PartnerAccess _access;
    private Process? _process;

    private WitnessingPartner(Cli.Machine.Platform platform) => (_platform, _access) = (platform, Cli.Partners.PartnerAccess.To(platform));

    public string Folder => Path.Combine(_home.FullName, "witness");

    public static async Task<WitnessingPartner> Of(Cli.Machine.Platform platform)
    {
        var partner = new WitnessingPartner(platform);
        var account = Path.Combine(partner._home.FullName, "account.json");
        await File.WriteAllTextAsync(account, JsonSerializer.Serialize(await partner._access.AddAsync(partner._id), JsonSerializerOptions.Web));
        partner._process = Process.Start(new ProcessStartInfo(PartnerClients.Python, [PartnerClients.Example("python", "witness.py"), account, partner.Folder])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
        });
        using var broker = new Cli.Partners.Broker(platform.Servers.Management!, platform.Servers.RabbitMq.UserInfo);
        await Story.Until(
            async () => (await broker.ListAsync("bindings/%2F", TestContext.Current.CancellationToken))
                .Any(one => (string?)one["source"] == "training.notices" && (string?)one["destination"] == $"partner.{partner._id}.witness"),
            "its queue is bound");
        return partner;
    }

    /// <summary>The notes that it keeps of a service, in the order in which they came.</summary>
    public IReadOnlyList<string> Notes(string service) =>
        File.Exists(Path.Combine(Folder, $"{service}.checkpoints")) ? [.. Checkpoint.Notes(File.ReadLines(Path.Combine(Folder, $"{service}.checkpoints")))] : [];

    public string Text(string file) => File.ReadAllText(Path.Combine(Folder, file));

    /// <summary>Waits until every stored event is witnessed, and the partner has the newest checkpoint of Enrollment and Scheduling.</summary>
    public async Task Caught()
    {
        await _platform.Witnessed();
        var newest = Services.ToDictionary(
            service => service, service => Checkpoint.Notes(File.ReadLines(Path.Combine(_platform.Witness, $"{service}.checkpoints"))).Last());
        await Story.Until(() => Task.FromResult(newest.All(one => Notes(one.Key).Contains(one.Value))), "the partner has the newest checkpoints");
    }

    /// <summary>Waits for the program to end by itself.</summary>
    public async Task<(int Code, string Said)> Ended()
    {
        var said = await _process!.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (_process.ExitCode, said);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process?.Dispose();
        await _access.RemoveAsync(_id);
        _access.Dispose();
        _home.Delete(recursive: true);
    }
}

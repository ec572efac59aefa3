using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using Tremplin.Cli.Machine;
using Tremplin.Cli.Partners;

namespace Tremplin.Scenarios;

/// <summary>A virtual host of its own, as a partner has one on its side, with a user for the kit and one that may do what a partner may.</summary>
public sealed class PartnersBroker(OnePlatform one) : IAsyncLifetime
{
    internal const string VirtualHost = "contract-kit", Kit = "kit", Partner = "kit-partner";

    internal string KitSecret { get; } = RandomNumberGenerator.GetHexString(32);

    internal string PartnerSecret { get; } = RandomNumberGenerator.GetHexString(32);

    private Broker Broker => field ??= new(one.Platform.Servers.Management!, one.Platform.Servers.RabbitMq.UserInfo);

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        var stop = TestContext.Current.CancellationToken;
        await Broker.PutAsync($"vhosts/{VirtualHost}", [], stop);
        foreach (var (user, secret) in ((string, string)[])[(Kit, KitSecret), (Partner, PartnerSecret)])
            await Broker.PutAsync($"users/{user}", new() { ["password"] = secret, ["tags"] = "" }, stop);
        await Broker.PutAsync($"permissions/{VirtualHost}/{Kit}", new() { ["configure"] = ".*", ["write"] = ".*", ["read"] = ".*" }, stop);
        foreach (var setting in Setting.Permissions(Partner))
            await Broker.PutAsync(setting.Path.Replace("%2F", VirtualHost, StringComparison.Ordinal), setting.Body, stop);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var path in (string[])[$"vhosts/{VirtualHost}", $"users/{Kit}", $"users/{Partner}"])
            await Broker.DeleteAsync(path, CancellationToken.None);
        Broker.Dispose();
    }
}

/// <summary>The contract kit lets our own client pass, and finds what is wrong with others.</summary>
public sealed class ContractKit(OnePlatform one, PartnersBroker broker) : IClassFixture<PartnersBroker>
{
    private const string Python = "/usr/bin/python3";

    private static readonly string Sound = string.Join(' ', PartnerClients.Programs["python"]);

    private static readonly string Wrong = $"{Python} {Path.Combine(SourceTree.Root, "tests", "Platform.Scenarios", "WrongConsumer", "wrong.py")}";

    private static readonly string[] Checks = ["every-message", "duplicates", "order", "unknown", "gap", "lost-connection", "restart", "commands"];

    [Theory]
    [InlineData("python")]
    [InlineData("node")]
    [InlineData("dotnet")]
    public async Task Our_clients_pass_every_check(string language)
    {
        var client = string.Join(' ', PartnerClients.Programs[language]);
        var ran = await Run(client, "--apply", $"{client} {{account}} {{copy}} apply {{applications}}", "--json");

        ran.Results().Should().Equal(Checks.Select(check => (check, "ok")), ran.Said);
        ran.ExitCode.Should().Be(0);
    }

    [Fact]
    public async Task A_gap_may_be_filled_from_the_feed()
    {
        var ran = await Run($"{Wrong} ReadsTheFeedForGaps", "--only", "gap", "--json");

        ran.Results().Should().Equal([("gap", "ok")], ran.Said);
    }

    [Fact]
    public async Task What_was_not_checked_is_not_said_to_be_right()
    {
        var ran = await Run(Sound, "--only", "commands", "--json");

        ran.Results().Should().Equal(("commands", "not run"));
        ran.ExitCode.Should().Be(0);
    }

    [Theory]
    [InlineData("NeedsEveryField", "every-message", "not acknowledged training-record.learner-withdrew.v1 without what may be absent (version")]
    [InlineData("BindsTooLittle", "every-message", "No queue takes kit-partner.command.answered.v1 from training.events")]
    [InlineData("CountsDuplicates", "duplicates", "has version 8 instead of 4")]
    [InlineData("DropsWhatComesEarly", "order", "has version 2 instead of 5")]
    [InlineData("CrashesAtNewFields", "unknown", "not acknowledged an event with a text in data that is not known")]
    [InlineData("CrashesAtNewTypes", "unknown", "not acknowledged an event of a type that is not known, seat-swapped.v1")]
    [InlineData("SkipsNewTypes", "unknown", "has version 1 instead of 2, an event of a type that is not known, seat-swapped.v1")]
    [InlineData("NeverAsks", "gap", "You did not ask for version 2 of record")]
    [InlineData("AsksForAnotherRecord", "gap", "You did not ask for version 2 of record")]
    [InlineData("EndsWithItsConnection", "lost-connection", "Your program ended by itself (exit code 1). Your connection was broken")]
    [InlineData("ReadsAQueueThatGoes", "lost-connection", "Queue partner.kit-partner.inbox went with your connection")]
    [InlineData("AcknowledgesFirst", "restart", "Acknowledge a message when the transaction that stores it is committed")]
    [InlineData("AcknowledgesByItself", "restart", "You read your queue with automatic acknowledgement")]
    [InlineData("AsksAgainWithANewId", "commands", "again with a new id")]
    [InlineData("NeverSendsAgain", "commands", "send each with its id until it is answered")]
    [InlineData("SendsWithAWrongKey", "commands", "routing key partner.kit-partner.apply-for-training: it must be")]
    [InlineData("SendsWithoutItsName", "commands", "user_id None: set it to 'kit-partner'")]
    [InlineData("SendsMalformed", "commands", "wrong at '/data/appliedOn': this is no date")]
    [InlineData("SendsTooMuch", "commands", "at most 65536 are taken")]
    [InlineData("Digests", "order", "must print 64 hexadecimal digits")]
    public async Task A_fault_is_found_by_its_check_and_said_in_words(string fault, string check, string sentence)
    {
        var client = $"{Wrong} {fault}";
        var ran = await Run(client, "--apply", $"{client} {{account}} {{copy}} apply {{applications}}", "--only", check, "--patience", "4", "--json");

        ran.Results().Should().Equal([(check, "wrong")], ran.Complaint);
        ran.Checks().Single().GetProperty("says").GetString().Should().Contain(sentence);
        ran.ExitCode.Should().Be(1);
    }

    [Fact]
    public async Task A_program_that_does_not_start_is_not_judged()
    {
        var ran = await Run($"{Wrong} DoesNotStart");

        ran.ExitCode.Should().Be(2);
        ran.Said.Should().BeEmpty();
        ran.Complaint.Should().Contain("Your program does not start").And.Contain("no such thing as a Tuesday");
    }

    [Fact]
    public async Task Without_a_broker_nothing_is_judged_and_no_secret_is_told()
    {
        var ran = await Run(Sound, environment => environment["KIT_PASSWORD"] = environment["PARTNER_PASSWORD"]);

        ran.ExitCode.Should().Be(2);
        ran.Said.Should().BeEmpty();
        ran.Complaint.Should().StartWith("The kit could not run: The broker at 127.0.0.1").And.NotContain(broker.PartnerSecret);
    }

    [Fact]
    public async Task Beside_a_platform_it_does_not_run()
    {
        var (address, account) = (one.Platform.Servers.RabbitMq, one.Platform.Servers.RabbitMq.UserInfo.Split(':'));
        var ran = await Run(
            Sound, environment => environment["KIT_PASSWORD"] = Uri.UnescapeDataString(account[1]), "--broker", $"amqp://{account[0]}@{address.Authority}/");

        ran.ExitCode.Should().Be(2);
        ran.Complaint.Should().Contain("there is a platform already");
    }

    private Task<Ran> Run(string client, params string[] options) => Run(client, _ => { }, options);

    private async Task<Ran> Run(string client, Action<IDictionary<string, string?>> change, params string[] options)
    {
        var start = new ProcessStartInfo(Python, [
            Path.Combine(SourceTree.Root, "contracts", "examples", "contract-kit", "contract_kit.py"),
            "--broker", $"amqp://{PartnersBroker.Kit}@127.0.0.1:{one.Platform.Servers.RabbitMq.Port}/{PartnersBroker.VirtualHost}",
            "--partner", PartnersBroker.Partner,
            "--consumer", $"{client} {{account}} {{copy}} follow",
            "--digest", $"{client} {{account}} {{copy}} digest",
            .. options,
        ])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["KIT_PASSWORD"] = broker.KitSecret,
                ["PARTNER_PASSWORD"] = broker.PartnerSecret,
                ["PYTHONDONTWRITEBYTECODE"] = "1",
            },
        };
        change(start.Environment);
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        var (said, complained) = (process.StandardOutput.ReadToEndAsync(patience.Token), process.StandardError.ReadToEndAsync(patience.Token));
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return new(process.ExitCode, await said, await complained);
    }

    private sealed record Ran(int ExitCode, string Said, string Complaint)
    {
        public JsonElement.ArrayEnumerator Checks() => JsonElement.Parse(Said).GetProperty("checks").EnumerateArray();

        public IEnumerable<(string, string)> Results() => Said.Length == 0 ? [] : Checks().Select(check => (check.GetProperty("check").GetString()!, check.GetProperty("result").GetString()!));
    }
}

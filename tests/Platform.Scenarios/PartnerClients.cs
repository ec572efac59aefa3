using System.Diagnostics;
using System.Text.Json;
using Tremplin.Cli.Demo;
using Tremplin.Cli.Machine;

namespace Tremplin.Scenarios;

/// <summary>The clients that we give to partners, each as its own program against the real broker.</summary>
public sealed class PartnerClients(OnePlatform one)
{
    private const int Learners = 200;

    [Theory]
    [InlineData("python", "/usr/bin/python3", "partner.py")]
    public async Task A_client_applies_loses_its_connection_and_its_copy_and_ends_whole(string language, string program, string script)
    {
        var partner = $"client-{language}";
        var folder = Directory.CreateTempSubdirectory("tremplin-client-").FullName;
        try
        {
            var course = await Course.Open(one.Api, cohorts: 10, seats: 12);
            var applications = Path.Combine(folder, "applications.json");
            await File.WriteAllTextAsync(applications, JsonSerializer.Serialize(Sample().Select((person, n) => new
            {
                applicationRef = $"S{n}",
                organisationRef = "ORG-COURSE",
                role = "volunteer",
                programme = "course",
                appliedOn = "2026-10-01",
                cohortId = course.Cohorts[n % course.Cohorts.Count],
                person,
            })));
            using var access = new Cli.Partners.PartnerAccess(
                one.Platform.Servers.Management!, one.Platform.Servers.RabbitMq, one.Platform.Identity.Url, one.Platform.Enrollment[0].Url,
                Platform.ClientsFile(one.Platform.Folder));
            await using var relay = new Relay(one.Platform.Servers.RabbitMq.Port, 30_000, 60_000);
            var account = JsonSerializer.SerializeToNode(await access.AddAsync(partner), JsonSerializerOptions.Web)!.AsObject();
            account["amqp"]!["uri"] = $"amqp://127.0.0.1:{relay.Port}/";
            var (file, copy) = (Path.Combine(folder, "account.json"), Path.Combine(folder, "copy.db"));
            await File.WriteAllTextAsync(file, account.ToJsonString());
            string[] client = [Path.Combine(SourceTree.Root, "contracts", "examples", language, script), file, copy];

            await Run(program, [.. client, "apply", applications], mustSucceed: false);
            relay.Left.Should().Be(0, "the connection was lost twice");
            foreach (var lost in Directory.GetFiles(folder, "copy.db*"))
                File.Delete(lost);
            (await Run(program, [.. client, "follow", "--settled"], mustSucceed: true)).Should().Contain($"{Learners} records").And.EndWith("whole\n");
            (await Run(program, [.. client, "verify"], mustSucceed: true)).Should().EndWith("whole\n");

            var records = await Api.Send(one.Api.Enrollment, HttpMethod.Get, $"digest?partner={partner}");
            records.GetProperty("records").GetArrayLength().Should().Be(Learners, "each applied once, however often it was sent");
            await access.RemoveAsync(partner);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // Rows of the sample that name a person without a fault, each person once.
    private static IEnumerable<object> Sample() => File.ReadLines(Play.SampleFile("applications.csv")).Skip(1).Select(line => line.Split(','))
        .Where(row => row.Length == 9 && row[3].Trim().Length > 0 && row[4].Trim().Length > 0 && row[5].Contains('@', StringComparison.Ordinal) && row[5].EndsWith(".example", StringComparison.Ordinal))
        .DistinctBy(row => row[5].Trim(), StringComparer.OrdinalIgnoreCase).Take(Learners)
        .Select(row => new { firstName = row[3], lastName = row[4], email = row[5] });

    private static async Task<string> Run(string program, IEnumerable<string> arguments, bool mustSucceed)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
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

        if (mustSucceed)
            process.ExitCode.Should().Be(0, await complained);
        return await said;
    }
}

using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Tremplin.Cli.Compose;
using Tremplin.Cli.Machine;

namespace Tremplin.Deployment;

/// <summary>What is shut: ports, file systems, privileges, secrets.</summary>
[Collection<Deployed>]
public sealed class Closed(Deployed deployed)
{
    private static readonly string[] Once = ["secrets", "migrate", "topology"];

    [Fact]
    public async Task Only_the_gateway_and_the_broker_are_published()
    {
        var containers = deployed.Containers;
        var published = (await containers.Inspect()).SelectMany(service => service)
            .SelectMany(one => one.GetProperty("NetworkSettings").GetProperty("Ports").EnumerateObject())
            .Where(port => port.Value.ValueKind == JsonValueKind.Array)
            .SelectMany(port => port.Value.EnumerateArray())
            .Select(host => (Address: host.GetProperty("HostIp").GetString(), Port: host.GetProperty("HostPort").GetString()));
        published.Should().BeEquivalentTo([("127.0.0.1", $"{containers.Http}"), ("127.0.0.1", $"{containers.Amqp}")]);

        // What the engine says is one thing, what answers another: nothing of ours answers on the ports that the servers have inside.
        using var direct = new HttpClientHandler { AllowAutoRedirect = false };
        using var probe = new HttpClient(direct) { BaseAddress = containers.Url };
        foreach (var inside in (string[])["health/ready", "enrollment/health/ready", "scheduling/health/leader", "metrics", "enrollment/health/ledger"])
            (await probe.GetAsync(inside)).StatusCode.Should().BeOneOf([HttpStatusCode.NotFound, HttpStatusCode.Redirect, HttpStatusCode.Unauthorized], inside);
        foreach (var inside in (string[])["enrollment/records", "scheduling/cohorts/x/ledger", "certification/audit/ledger/checkpoint"])
            (await probe.GetAsync(inside)).StatusCode.Should().Be(HttpStatusCode.Unauthorized, inside);
    }

    [Fact]
    public async Task The_ports_that_a_scan_finds_are_those_two()
    {
        var containers = deployed.Containers;
        var open = await Scan();
        await containers.ComposeAsync(default, "stop", "--timeout", "40");
        var left = await Scan();
        await containers.UpAsync(default);
        // Between the scans other programs of this machine may have come and gone.
        open.Except(left).Should().Contain([containers.Http, containers.Amqp]);
        open.Except(left).Except([containers.Http, containers.Amqp]).Where(port => port is 5432 or 5672 or 15672 or 15692 or 4369 or 25672 or 8080 or 8405)
            .Should().BeEmpty();
    }

    [Fact]
    public async Task No_container_runs_as_root_or_writes_to_its_file_system_or_has_a_privilege()
    {
        var containers = deployed.Containers;
        foreach (var (service, one) in (await containers.Inspect()).SelectMany(s => s.Select(one => (s.Key, one))))
        {
            var host = one.GetProperty("HostConfig");
            host.GetProperty("ReadonlyRootfs").GetBoolean().Should().BeTrue(service);
            host.GetProperty("Privileged").GetBoolean().Should().BeFalse(service);
            host.GetProperty("CapDrop").EnumerateArray().Select(c => c.GetString()).Should().Equal(["ALL"], service);
            host.GetProperty("CapAdd").ValueKind.Should().Be(JsonValueKind.Null, service);
            host.GetProperty("SecurityOpt").EnumerateArray().Select(o => o.GetString()).Should().Contain("no-new-privileges:true", service);
            host.GetProperty("Memory").GetInt64().Should().BePositive(service);
            host.GetProperty("PidsLimit").GetInt64().Should().BePositive(service);
            one.GetProperty("Config").GetProperty("User").GetString().Should().NotBeNullOrEmpty(service).And.NotBe("root").And.NotStartWith("0");
            if (Once.Contains(service))
                continue;
            var name = one.GetProperty("Id").GetString()!;
            (await containers.RunAsync(default, "exec", name, "id", "-u")).Trim().Should().NotBe("0", service);
            foreach (var place in (string[])["/written", "/etc/written", "/program/written", "/usr/local/bin/written"])
            {
                var (code, _, errors) = await containers.TryAsync(default, "exec", name, "sh", "-c", $"echo x > {place}");
                code.Should().NotBe(0, "{0} must not write {1}", service, place);
                errors.Should().ContainAny("Read-only file system", "Permission denied", "nonexistent", "Directory");
            }
            (await containers.RunAsync(default, "exec", name, "sh", "-c", "grep CapEff /proc/self/status")).Should().EndWith("0000000000000000\n", service);
        }
    }

    [Fact]
    public async Task No_secret_is_seen_by_inspection_nor_in_logs_images_or_the_tree()
    {
        var containers = deployed.Containers;
        var secrets = await Secrets(containers);
        secrets.Count.Should().BeGreaterThan(10);
        var inspected = string.Join('\n', (await containers.Inspect()).SelectMany(s => s).Select(one => one.GetRawText()));
        var logs = await containers.ComposeAsync(default, "logs", "--no-color");
        var config = await containers.ComposeAsync(default, "config");
        var images = (await containers.ComposeAsync(default, "config", "--images")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Distinct();
        var history = "";
        foreach (var image in images)
            history += await containers.RunAsync(default, "history", "--no-trunc", image) + await containers.RunAsync(default, "image", "inspect", image);
        var tree = Directory.EnumerateFiles(SourceTree.Root, "*", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/.git/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal) && !file.Contains("/obj/", StringComparison.Ordinal)
                && !file.Contains("/node_modules/", StringComparison.Ordinal))
            .Select(File.ReadAllText).ToList();
        foreach (var (where, secret) in secrets)
        {
            inspected.Should().NotContain(secret, "{0} is a secret", where);
            logs.Should().NotContain(secret, "{0} is a secret", where);
            config.Should().NotContain(secret, "{0} is a secret", where);
            history.Should().NotContain(secret, "{0} is a secret", where);
            tree.Should().NotContain(text => text.Contains(secret, StringComparison.Ordinal), "{0} is a secret", where);
        }
    }

    [Fact]
    public async Task No_image_holds_a_file_of_secrets()
    {
        var containers = deployed.Containers;
        foreach (var image in (string[])["identity", "enrollment", "scheduling", "certification", "portal", "tools", "gateway"])
        {
            (await containers.RunAsync(default, "run", "--rm", "--entrypoint", "sh", $"tremplin/{image}:local", "-c",
                "find / -xdev -type f \\( -name '*.password' -o -name 'clients.json' -o -name '*.key' -o -name 'signing-key.pem' -o -name 'state.json' \\) -not -path '/proc/*' 2>/dev/null || true"))
                .Should().BeEmpty(image);
        }
    }

    /// <summary>Every password and key of the volumes, and where it lies.</summary>
    private static async Task<List<(string Where, string Secret)>> Secrets(Containers containers)
    {
        var found = new List<(string, string)>();
        foreach (var volume in (await containers.RunAsync(default, "volume", "ls", "--quiet", "--filter", $"label=com.docker.compose.project={containers.Project}")).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!volume.Contains("secrets", StringComparison.Ordinal) && !volume.EndsWith("_platform", StringComparison.Ordinal))
                continue;
            var text = await containers.RunAsync(default, "run", "--rm", "-v", $"{volume}:/v:ro", "--user", "0", "--entrypoint", "sh", "tremplin/tools:local", "-c",
                "cd /v && find . -type f \\( -name '*.password' -o -name '*.conf' -o -name 'clients.json' -o -path '*settings*' \\) -exec sh -c 'echo \"== $1\"; cat \"$1\"; echo' x {} \\;");
            // All of them are 40 or more hexadecimal or base64url characters that nothing else looks like.
            found.AddRange(System.Text.RegularExpressions.Regex.Matches(text, @"(?<![\w-])[\w-]{40,}(?![\w-])", default, TimeSpan.FromSeconds(5)).Select(match => (volume, match.Value)));
        }
        return [.. found.DistinctBy(one => one.Item2)];
    }

    private static async Task<List<int>> Scan()
    {
        var open = new List<int>();
        await Parallel.ForEachAsync(Enumerable.Range(1, 65_535), new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (port, _) =>
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, port);
                // A port of our own that met itself is not somebody's.
                if (socket.LocalEndPoint!.Equals(socket.RemoteEndPoint))
                    return;
                lock (open)
                    open.Add(port);
            }
            catch (SocketException)
            {
                // Nobody listens.
            }
        });
        return open;
    }
}

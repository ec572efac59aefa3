using System.Text;
using System.Text.RegularExpressions;
using AwesomeAssertions;
using k8s.Models;
using Xunit;

namespace Tremplin.Platform.Rules;

/// <summary>deploy/kubernetes: every field is one of its kind, every name leads somewhere, and every pod is as locked up as it can be.</summary>
public partial class KubernetesSpecs
{
    private static readonly string[] Callable = ["identity", "enrollment", "scheduling", "certification", "portal"];
    private static readonly Manifests All = Manifests.Read();

    [Fact]
    public void Every_object_is_of_its_kind_and_every_file_is_used()
    {
        All.Objects.Should().HaveCountGreaterThan(35);
        All.All<V1Deployment>().Select(d => d.Name()).Should().Equal(Callable);
        Manifests.Kustomization.Of(Tree.Read($"{Manifests.Example}/kustomization.yaml")).Images.Select(i => $"{i.Name}:{i.NewTag}")
            .Should().BeEquivalentTo(All.Pods.SelectMany(p => p.Template.Spec.Containers).Select(c => c.Image).Distinct());
        var listed = Tree.With("/kustomization.yaml").Select(Tree.Read).ToList();
        Tree.With(".yaml").Where(f => f.StartsWith(Manifests.Folder + "/", StringComparison.Ordinal) && !f.EndsWith("/kustomization.yaml", StringComparison.Ordinal))
            .Where(f => !listed.Exists(k => k.Contains(Path.GetFileName(f), StringComparison.Ordinal))).Should().BeEmpty();
    }

    [Theory]
    [InlineData("base/enrollment.yaml", "readinessProbe:", "readynessProbe:", "'readynessProbe' not found on type 'k8s.Models.V1Container'")]
    [InlineData("base/portal.yaml", "runAsNonRoot:", "runAsNobody:", "'runAsNobody' not found")]
    [InlineData("base/network.yaml", "policyTypes:", "policyType:", "'policyType' not found")]
    [InlineData("base/jobs.yaml", "backoffLimit:", "backOffLimit:", "'backOffLimit' not found")]
    [InlineData("base/postgres.yaml", "instances:", "replicas:", "'replicas' not found")]
    [InlineData("base/postgres.yaml", "superuserSecret:", "adminSecret:", "'adminSecret' not found")]
    [InlineData("base/rabbitmq.yaml", "additionalConfig:", "config:", "'config' not found")]
    [InlineData("base/gateway.yaml", "parentRefs:", "parents:", "'parents' not found")]
    [InlineData("base/identity.yaml", "apiVersion: apps/v1", "apiVersion: apps/v2", "apps/v2/Deployment")]
    [InlineData("base/kustomization.yaml", "resources:", "bases:", "'bases' not found")]
    [InlineData("overlays/example/postgres.yaml", "path: /spec/plugins", "path: /spec/plugin", "'plugin' not found")]
    [InlineData("overlays/example/site.yaml", "op: replace", "op: add", "add /data/Portal__Address does not fit ConfigMap")]
    [InlineData("overlays/example/kustomization.yaml", "kind: HTTPRoute", "kind: Ingress", "there is no Ingress tremplin")]
    public void Notices_a_field_that_is_none(string file, string was, string now, string says) =>
        new Action(() => Changed(file, was, now)).Should().Throw<Exception>().Which.ToString().Should().Contain(says);

    [Fact]
    public void Every_name_leads_somewhere() => Astray(All).Should().BeEmpty();

    [Theory]
    [InlineData("base/enrollment.yaml", "name: enrollment-settings", "name: other-settings", "enrollment: secret other-settings")]
    [InlineData("base/certification.yaml", "name: learner-keys", "name: lerner-keys", "certification: secret lerner-keys")]
    [InlineData("base/jobs.yaml", "key: connection_string", "key: uri", "topology: secret tremplin-rabbitmq-default-user, key uri")]
    [InlineData("base/jobs.yaml", "key: TREMPLIN_POSTGRES", "key: POSTGRES", "migrate: secret migrate-settings, key POSTGRES")]
    [InlineData("base/identity.yaml", "value: /etc/tremplin/settings", "value: /etc/settings", "identity: folder /etc/settings")]
    [InlineData("base/portal.yaml", "claimName: portal-cookies", "claimName: cookies", "portal: claim cookies")]
    [InlineData("base/portal.yaml", "- name: cookies\n              mountPath", "- name: keks\n              mountPath", "portal: volume keks")]
    [InlineData("base/identity.yaml", "name: tremplin\n", "name: settings\n", "identity: config map settings")]
    [InlineData("base/identity.yaml", "targetPort: http", "targetPort: web", "service identity: port web")]
    [InlineData("base/identity.yaml", "port: http\n            periodSeconds: 10", "port: web\n            periodSeconds: 10", "identity: port web")]
    [InlineData("base/gateway.yaml", "name: scheduling\n", "name: planning\n", "route: planning:8080")]
    [InlineData("base/gateway.yaml", "port: 5672", "port: 5671", "route: tremplin-rabbitmq:5671")]
    [InlineData("base/settings.yaml", "http://enrollment:8080/", "http://enrollment:80/", "setting Services__Enrollment: enrollment:80")]
    [InlineData("base/postgres.yaml", "name: postgres-superuser", "name: postgres-owner", "superuser: secret postgres-owner")]
    [InlineData("base/network.yaml", "values: [migrate]", "values: [migration]", "policy migrate: migration")]
    [InlineData("base/network.yaml", "app.kubernetes.io/name: tremplin-rabbitmq", "app.kubernetes.io/name: rabbit", "policy stores: rabbit")]
    public void Notices_a_name_that_leads_nowhere(string file, string was, string now, string astray) =>
        Astray(Changed(file, was, now)).Should().Contain(astray);

    [Fact]
    public void Every_container_is_locked_up()
    {
        All.Pods.Should().HaveCount(7);
        foreach (var (name, template) in All.Pods)
        {
            var (pod, container) = (template.Spec, template.Spec.Containers.Single());
            pod.SecurityContext.Should().Match<V1PodSecurityContext>(s => s.RunAsNonRoot == true && s.RunAsUser == 1654 && s.SeccompProfile.Type == "RuntimeDefault", name);
            pod.AutomountServiceAccountToken.Should().BeFalse(name);
            container.SecurityContext.Should().Match<V1SecurityContext>(s => s.ReadOnlyRootFilesystem == true && s.AllowPrivilegeEscalation == false, name);
            container.SecurityContext.Capabilities.Drop.Should().Equal(["ALL"], name);
            container.Resources.Limits.Should().ContainKey("memory", name);
            container.Resources.Requests.Should().ContainKeys("cpu", "memory");
            (pod.HostNetwork ?? pod.HostPID ?? pod.HostIPC ?? false).Should().BeFalse(name);
        }
    }

    [Fact]
    public void Every_deployment_rolls_without_a_gap_and_outlives_its_drain()
    {
        foreach (var deployment in All.All<V1Deployment>())
        {
            var (name, pod) = (deployment.Name(), deployment.Spec.Template.Spec);
            var container = pod.Containers.Single();
            deployment.Spec.Replicas.Should().BeGreaterThan(1, name);
            deployment.Spec.Strategy.RollingUpdate.MaxUnavailable.Value.Should().Be("0", name);
            container.ReadinessProbe.HttpGet.Path.Should().Be("/health/ready", name);
            container.LivenessProbe.HttpGet.Path.Should().Be("/health/live", name);
            // Bus.cs says how long what was taken may last.
            pod.TerminationGracePeriodSeconds.Should().BeGreaterThan(container.Lifecycle.PreStop.Sleep.Seconds + 20, name);
            pod.TopologySpreadConstraints.Should().OnlyContain(c => c.LabelSelector.MatchLabels["app.kubernetes.io/name"] == name);
            All.All<V1PodDisruptionBudget>().Should().ContainSingle(b => b.Name() == name);
        }

        Tree.Read("services/Defaults/Bus.cs").Should().Contain("StopTimeout = TimeSpan.FromSeconds(20)");
    }

    [Fact]
    public void Nothing_is_reached_but_what_is_named()
    {
        var policies = All.All<V1NetworkPolicy>().ToList();
        policies.Should().ContainSingle(p => p.Name() == "default-deny" && p.Spec.PodSelector.MatchLabels == null && p.Spec.Ingress == null && p.Spec.Egress == null)
            .Which.Spec.PolicyTypes.Should().Equal("Ingress", "Egress");
        policies.SelectMany(p => p.Spec.Ingress ?? []).Should().OnlyContain(r => r.FromProperty.Count > 0 && r.Ports.Count > 0);
        policies.SelectMany(p => p.Spec.Egress ?? []).Should().OnlyContain(r => r.Ports.Count > 0);
        All.All<V1Service>().Should().OnlyContain(s => s.Spec.Type == null, "the gateway is the only door");
    }

    [Fact]
    public void No_secret_is_in_a_manifest_and_each_is_new_and_used()
    {
        All.All<V1Secret>().Should().BeEmpty();
        var used = Used(All).Select(u => u.Secret).ToHashSet(StringComparer.Ordinal);
        All.Secrets.Keys.Except(used).Should().BeEmpty();

        var first = All.Secrets.Values.SelectMany(Values).ToList();
        Manifests.Read().Secrets.Should().NotBeEmpty();
        var printed = Manifests.Generate();
        first.Where(s => s.Value is not { Length: < 24 }).Where(s => printed.Contains(s.Value, StringComparison.Ordinal)).Select(s => s.Name).Should().BeEmpty();

        static IEnumerable<(string Name, string Value)> Values(V1Secret secret) =>
            secret.Data.Where(d => d.Key != "username").Select(d => ($"{secret.Name()}/{d.Key}", Convert.ToBase64String(d.Value)));
    }

    [Fact]
    public void The_page_names_every_secret_and_what_operators_make()
    {
        var page = Tree.Read("docs/operators/kubernetes.md");
        Used(All).Select(u => u.Secret).Append("backup-store").Distinct().Where(s => !page.Contains($"`{s}`", StringComparison.Ordinal)).Should().BeEmpty();
    }

    private static Manifests Changed(string file, string was, string now) => Manifests.Read((name, text) =>
    {
        if (name != $"{Manifests.Folder}/{file}")
            return text;
        text.Should().Contain(was);
        return text.Replace(was, now, StringComparison.Ordinal);
    });

    /// <summary>Each secret that somebody needs, with the key where one is named.</summary>
    private static IEnumerable<(string By, string Secret, string? Key)> Used(Manifests all)
    {
        foreach (var (name, template) in all.Pods)
        {
            foreach (var volume in template.Spec.Volumes)
            {
                var sources = volume.Projected?.Sources.Select(s => (s.Secret.Name, s.Secret.Items)) ?? (volume.Secret is { } one ? [(one.SecretName, one.Items)] : []);
                foreach (var (secret, items) in sources)
                {
                    foreach (var key in items?.Select(i => i.Key) ?? [null!])
                        yield return (name, secret, key);
                }
            }

            foreach (var reference in template.Spec.Containers.SelectMany(c => c.Env ?? []).Select(e => e.ValueFrom?.SecretKeyRef).OfType<V1SecretKeySelector>())
                yield return (name, reference.Name, reference.Key);
        }

        foreach (var cluster in all.All<Manifests.Custom<Manifests.Cluster>>())
            yield return ("superuser", cluster.Spec.SuperuserSecret.Name, "password");
    }

    private static IEnumerable<string> Astray(Manifests all)
    {
        foreach (var (by, secret, key) in Used(all))
        {
            var keys = all.Secrets.TryGetValue(secret, out var known) ? [.. known.Data.Keys] : Manifests.MadeSecrets.GetValueOrDefault(secret);
            if (keys is null)
                yield return $"{by}: secret {secret}";
            else if (key is not null && !keys.Contains(key))
                yield return $"{by}: secret {secret}, key {key}";
            else if (by is "superuser" && Encoding.UTF8.GetString(known!.Data["username"]) != "postgres")
                yield return $"{by}: secret {secret} is of another role";
        }

        var maps = all.All<V1ConfigMap>().Select(m => m.Name()).ToHashSet(StringComparer.Ordinal);
        var claims = all.All<V1PersistentVolumeClaim>().Select(c => c.Name()).ToHashSet(StringComparer.Ordinal);
        foreach (var (name, template) in all.Pods)
        {
            var (pod, container) = (template.Spec, template.Spec.Containers.Single());
            foreach (var map in container.EnvFrom?.Select(e => e.ConfigMapRef.Name).Where(m => !maps.Contains(m)) ?? [])
                yield return $"{name}: config map {map}";
            foreach (var folder in (container.Env ?? []).Where(e => e.Value?.StartsWith('/') == true && !container.VolumeMounts.Any(m => m.MountPath == e.Value)))
                yield return $"{name}: folder {folder.Value}";
            foreach (var claim in pod.Volumes.Select(v => v.PersistentVolumeClaim?.ClaimName).OfType<string>().Where(c => !claims.Contains(c)))
                yield return $"{name}: claim {claim}";
            foreach (var mount in container.VolumeMounts.Select(m => m.Name).Except(pod.Volumes.Select(v => v.Name)))
                yield return $"{name}: volume {mount}";
            foreach (var probed in new[] { container.StartupProbe, container.LivenessProbe, container.ReadinessProbe }.OfType<V1Probe>().Select(p => p.HttpGet.Port.Value))
            {
                if (!container.Ports.Any(p => p.Name == probed))
                    yield return $"{name}: port {probed}";
            }
        }

        var open = new Dictionary<string, int>(Manifests.MadeServices, StringComparer.Ordinal);
        foreach (var service in all.All<V1Service>())
        {
            var (behind, port) = (all.Pods.Where(p => Selects(service.Spec.Selector, p.Template)).ToList(), service.Spec.Ports.Single());
            open[service.Name()] = port.Port;
            if (!behind.Exists(p => p.Template.Spec.Containers.Single().Ports.Any(c => c.Name == port.TargetPort.Value)))
                yield return $"service {service.Name()}: port {port.TargetPort.Value}";
        }

        foreach (var budget in all.All<V1PodDisruptionBudget>().Where(b => !all.Pods.Any(p => Selects(b.Spec.Selector.MatchLabels, p.Template))))
            yield return $"budget {budget.Name()}";

        var backends = all.All<Manifests.Custom<Manifests.HttpRoute>>().SelectMany(r => r.Spec.Rules).SelectMany(r => r.BackendRefs)
            .Concat(all.All<Manifests.Custom<Manifests.TcpRoute>>().SelectMany(r => r.Spec.Rules).SelectMany(r => r.BackendRefs));
        foreach (var backend in backends.Where(b => open.GetValueOrDefault(b.Name) != b.Port))
            yield return $"route: {backend.Name}:{backend.Port}";

        foreach (var (key, value) in all.All<V1ConfigMap>().SelectMany(m => m.Data))
        {
            if (key != "Urls" && Inside().Match(value) is { Success: true } address && $"{open.GetValueOrDefault(address.Groups["host"].Value)}" != address.Groups["port"].Value)
                yield return $"setting {key}: {address.Groups["host"].Value}:{address.Groups["port"].Value}";
        }

        foreach (var astray in Databases(all).Concat(Policies(all)))
            yield return astray;
    }

    private static IEnumerable<string> Databases(Manifests all)
    {
        var cluster = all.All<Manifests.Custom<Manifests.Cluster>>().Single();
        // What migrate makes.
        var roles = Role().Matches(Tree.Read("deploy/postgres/roles.sql")).Select(m => m.Groups["role"].Value).ToList();
        var databases = Tree.With("/grants.sql").Select(file => file.Split('/')[^2]).ToList();
        foreach (var role in roles.Where(r => !all.Secrets["postgres-passwords"].Data.ContainsKey($"{r}.password")))
            yield return $"no password of {role}";
        foreach (var connection in all.Secrets.Values.SelectMany(s => s.Data.Values).Select(Encoding.UTF8.GetString).Where(v => v.StartsWith("Host=", StringComparison.Ordinal)))
        {
            var parts = connection.Split(';').Select(p => p.Split('=', 2)).ToDictionary(p => p[0], p => p[1], StringComparer.Ordinal);
            if (!Manifests.MadeServices.ContainsKey(parts["Host"]) || parts["Host"] != $"{cluster.Metadata.Name}-rw")
                yield return $"connection: host {parts["Host"]}";
            if (!roles.Append("postgres").Contains(parts["Username"]) || !databases.Append("postgres").Contains(parts["Database"]))
                yield return $"connection: {parts["Username"]} in {parts["Database"]}";
        }

        foreach (var backup in all.All<Manifests.Custom<Manifests.ScheduledBackup>>())
        {
            if (backup.Spec.Cluster.Name != cluster.Metadata.Name || !cluster.Spec.Plugins.Exists(p => p.Name == backup.Spec.PluginConfiguration?.Name))
                yield return $"backup {backup.Metadata.Name}";
        }

        var stores = all.All<Manifests.Custom<Manifests.ObjectStore>>().Select(s => s.Metadata.Name).ToList();
        foreach (var plugin in cluster.Spec.Plugins.Where(p => !stores.Contains(p.Parameters["barmanObjectName"])))
            yield return $"plugin {plugin.Name}";
    }

    private static IEnumerable<string> Policies(Manifests all)
    {
        string[] known =
        [
            .. all.Pods.Select(p => p.Name), .. all.All<Manifests.Custom<Manifests.Cluster>>().Select(c => c.Metadata.Name),
            .. all.All<Manifests.Custom<Manifests.RabbitmqCluster>>().Select(c => c.Metadata.Name),
        ];
        foreach (var policy in all.All<V1NetworkPolicy>())
        {
            var selectors = (policy.Spec.Ingress ?? []).SelectMany(r => r.FromProperty ?? []).Concat((policy.Spec.Egress ?? []).SelectMany(r => r.To ?? []))
                .Select(p => p.PodSelector).OfType<V1LabelSelector>().Append(policy.Spec.PodSelector);
            var named = selectors.SelectMany(s => (s.MatchLabels?.Values ?? []).Concat((s.MatchExpressions ?? []).SelectMany(e => e.Values)));
            foreach (var name in named.Distinct().Except(known))
                yield return $"policy {policy.Name()}: {name}";
        }
    }

    private static bool Selects(IDictionary<string, string> selector, V1PodTemplateSpec template) =>
        selector.All(l => template.Metadata.Labels.TryGetValue(l.Key, out var value) && value == l.Value);

    [GeneratedRegex(@"ALTER ROLE (?<role>\w+) LOGIN", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Role();

    [GeneratedRegex("^http://(?<host>[a-z-]+):(?<port>[0-9]+)/$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Inside();
}

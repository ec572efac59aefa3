namespace Tremplin.Cli.Machine;

/// <summary>
/// One RabbitMQ node in a folder, with an epmd of its own, so that it meets no other node of this machine. Its
/// configuration, plugins, data and Erlang cookie are all in the folder.
/// </summary>
internal sealed class PrivateRabbitMq(string folder, ServerSettings settings, bool persistent)
{
    private readonly string? user = DebianPackage.RunsAs("rabbitmq");
    private readonly string home = Path.Combine(folder, "rabbitmq");
    private LocalProcess? server;
    private LocalProcess? names;

    public IEnumerable<LocalProcess> Processes => new[] { server, names }.OfType<LocalProcess>();

    public async Task<LocalProcess> StartAsync()
    {
        var program = DebianPackage.Newest("rabbitmq-server", "/usr/lib/rabbitmq/lib", "rabbitmq_server-*", "sbin/rabbitmq-server");
        PrivateFile.Folder(home);
        // default_user counts on the first start only; the user guest is never made.
        PrivateFile.Write(Path.Combine(home, "rabbitmq.conf"), $"""
            listeners.tcp.1 = 127.0.0.1:{settings.Amqp}
            management.tcp.ip = 127.0.0.1
            management.tcp.port = {settings.Management}
            default_user = {ServerSettings.User}
            default_pass = {settings.Password}
            vm_memory_high_watermark.absolute = 1GiB
            log.console = true
            """ + "\n");
        PrivateFile.Write(Path.Combine(home, "enabled_plugins"), "[rabbitmq_management].\n");
        await DebianPackage.FolderAsync(home, user);

        if (names is not { Alive: true })
            names = Start("epmd", ["epmd", "-port", $"{settings.Epmd}", "-address", "127.0.0.1"]);
        return server = Start("rabbitmq", [program]);
    }

    public Task StopAsync() => server?.EndAsync(TimeSpan.FromSeconds(60)) ?? Task.CompletedTask;

    public Task KillAsync() => server?.KillAsync() ?? Task.CompletedTask;

    private LocalProcess Start(string name, string[] command) =>
        LocalProcess.Start(new Launch(name, Path.Combine(folder, "logs", $"{name}.log"), command)
        {
            User = user,
            WorkingFolder = home,
            EndsWithUs = !persistent,
            Environment = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["TREMPLIN_FOLDER"] = folder,
                ["HOME"] = home,
                ["LC_ALL"] = "C.UTF-8",
                // The start script then becomes the server instead of watching it, so that signals arrive.
                ["RUNNING_UNDER_SYSTEMD"] = "true",
                ["ERL_EPMD_PORT"] = $"{settings.Epmd}",
                ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
                ["ERL_CRASH_DUMP"] = Path.Combine(home, "erl_crash.dump"),
                ["RABBITMQ_NODENAME"] = $"tremplin-{settings.Name}@localhost",
                ["RABBITMQ_DIST_PORT"] = $"{settings.Distribution}",
                ["RABBITMQ_MNESIA_BASE"] = Path.Combine(home, "data"),
                ["RABBITMQ_LOG_BASE"] = Path.Combine(home, "log"),
                ["RABBITMQ_LOGS"] = "-",
                ["RABBITMQ_CONFIG_FILE"] = Path.Combine(home, "rabbitmq.conf"),
                ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(home, "enabled_plugins"),
                // None of the system node's configuration is read.
                ["RABBITMQ_CONFIG_FILES"] = Path.Combine(home, "none"),
                ["RABBITMQ_ADVANCED_CONFIG_FILE"] = Path.Combine(home, "none.config"),
                ["RABBITMQ_CONF_ENV_FILE"] = Path.Combine(home, "none.env"),
                ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] =
                    "+S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none -start_epmd false -kernel inet_dist_use_interface {127,0,0,1}",
            },
        });
}

namespace Tremplin.Identity;

/// <summary>Brings the register in line with <c>clients.json</c> whenever that was written, within about a second.</summary>
/// <param name="services">Where the register is.</param>
/// <param name="secrets">Where the file is.</param>
/// <param name="seen">When the file was written that the register was last in line with.</param>
/// <param name="log">Told when the file is at fault, or the database away.</param>
public sealed partial class ClientWatch(IServiceProvider services, SecretFolder secrets, DateTime? seen, ILogger<ClientWatch> log) : BackgroundService
{
    private DateTime? _followed = seen;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var looks = new PeriodicTimer(TimeSpan.FromSeconds(1));
        for (string? told = null; await looks.WaitForNextTickAsync(stoppingToken);)
        {
            // Before it is read: what is written meanwhile is for the next look. A file that is gone takes nobody's access.
            if (ClientFile.WrittenAt(secrets) is not { } written || written == _followed)
                continue;
            try
            {
                await ClientRegister.FollowAsync(services, secrets, stoppingToken);
                (_followed, told) = (written, null);
            }
#pragma warning disable CA1031 // Whatever it is, the clients that are known stay, and the next look tries again.
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                if (told != e.Message)
                    Failed(log, told = e.Message);
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "clients.json changed and cannot be followed yet: {Reason}")]
    private static partial void Failed(ILogger log, string reason);
}

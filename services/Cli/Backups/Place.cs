using Npgsql;
using Tremplin.Cli.Compose;
using Tremplin.Cli.Machine;

namespace Tremplin.Cli.Backups;

/// <summary>Where a platform keeps what is backed up. Whether its services run, and who started them, is nothing to it.</summary>
/// <param name="Postgres">A connection string of a superuser of the database server; its database does not matter.</param>
/// <param name="RabbitMq">The broker, with its administrator.</param>
/// <param name="Management">The broker's management pages.</param>
/// <param name="Secrets">The folder of the secrets.</param>
/// <param name="Witness">The folder of the witnessed checkpoints.</param>
/// <param name="Apart">Folders of single services, where each keeps its secrets for itself.</param>
internal sealed record Place(string Postgres, Uri RabbitMq, Uri Management, string Secrets, string Witness, IReadOnlyList<string> Apart)
{
    /// <summary>The databases with events, in the order in which a training passes them.</summary>
    public static IReadOnlyList<string> Stores { get; } = Audit.Auditor.Services;

    /// <summary>All that is kept with the data; the learners' keys are kept apart.</summary>
    public static IReadOnlyList<string> Data { get; } = [.. Stores, "identity"];

    /// <summary>The database of the learners' keys.</summary>
    public const string Keys = "keys";

    /// <summary>Of a platform on this machine.</summary>
    /// <exception cref="InvalidOperationException">The broker's management pages are not known.</exception>
    public static Place Of(string folder, string postgres, Uri rabbitMq, Uri? management) => new(
        postgres, rabbitMq,
        management ?? throw new InvalidOperationException("Of given servers the management pages of the broker must be known: set TREMPLIN_MANAGEMENT to their URL."),
        Path.Combine(folder, "secrets"), Platform.WitnessFolder(folder), []);

    /// <summary>Of the platform that a folder records, in containers or not.</summary>
    /// <exception cref="InvalidOperationException">The broker's management pages are not known.</exception>
    public static Place Of(PlatformState state) => Of(state.Folder, state.Postgres, state.RabbitMq, state.Management) with
    {
        Apart = state.InContainers ? [.. Stores.Select(service => Path.Combine(MakeSecrets.Folder, service))] : [],
    };

    /// <summary>A database of it, for statements that may take long.</summary>
    public NpgsqlDataSource Open(string database) => NpgsqlDataSource.Create(
        new NpgsqlConnectionStringBuilder(Postgres) { Database = database, Pooling = false, CommandTimeout = 0 });
}

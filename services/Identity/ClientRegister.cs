using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Npgsql;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Tremplin.Identity;

/// <summary>The clients that OpenIddict knows: a copy of <c>clients.json</c> with hashed secrets, which every replica reads.</summary>
public static class ClientRegister
{
    /// <summary>The property of an application, and the claim of a token, that names the organisation a client acts for.</summary>
    public const string Organisation = "organisation";

    // Any number will do, as long as every replica asks for the same one.
    private const long Lock = 0x7472_656d_706c_696e;

    /// <summary>Brings the clients in line with the file, with those added that are expected. One replica at a time.</summary>
    /// <exception cref="InvalidOperationException">The database does not answer or lacks a patch, or the file is at fault.</exception>
    public static Task PrepareAsync(IServiceProvider services, SecretFolder secrets, IReadOnlyDictionary<string, Standing> expected) =>
        LockedAsync(services, async (database, applications) =>
        {
            if (await LackingAsync(database) is { } lacking)
                throw new InvalidOperationException($"The database identity lacks the patch {lacking}: run migrate first.");
            await MirrorAsync(applications, ClientFile.Complete(secrets, expected));
        });

    /// <summary>Brings the clients in line with the file as it is now: those that are expected may have been taken out of it. One replica at a time.</summary>
    /// <exception cref="InvalidOperationException">The database does not answer, or the file is at fault.</exception>
    public static Task FollowAsync(IServiceProvider services, SecretFolder secrets, CancellationToken cancellation) =>
        LockedAsync(services, (_, applications) => MirrorAsync(applications, ClientFile.Read(secrets)), cancellation);

    private static async Task<string?> LackingAsync(DatabaseFacade database)
    {
        var known = typeof(ClientRegister).Assembly.GetManifestResourceNames().Where(name => name.EndsWith(".sql", StringComparison.Ordinal));
        List<string> applied = [];
        try
        {
            applied = await database.SqlQuery<string>($"SELECT name FROM applied_patch").ToListAsync();
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            // Then none is.
        }

        return known.Except(applied, StringComparer.Ordinal).Order(StringComparer.Ordinal).FirstOrDefault();
    }

    private static async Task LockedAsync(
        IServiceProvider services, Func<DatabaseFacade, IOpenIddictApplicationManager, Task> action, CancellationToken cancellation = default)
    {
        await using var scope = services.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<IdentityDatabase>().Database;
        var applications = scope.ServiceProvider.GetRequiredService<IOpenIddictApplicationManager>();

        // The lock belongs to the connection, so the connection stays open throughout.
        await database.OpenConnectionAsync(cancellation);
        await database.ExecuteSqlAsync($"SELECT pg_advisory_lock({Lock})", cancellation);
        try
        {
            await action(database, applications);
        }
        finally
        {
            await database.ExecuteSqlAsync($"SELECT pg_advisory_unlock({Lock})", CancellationToken.None);
            await database.CloseConnectionAsync();
        }
    }

    private static async Task MirrorAsync(IOpenIddictApplicationManager applications, IReadOnlyDictionary<string, Client> clients)
    {
        // A client taken out of the file has lost its access.
        foreach (var known in await applications.ListAsync().ToListAsync())
            if (!clients.ContainsKey(await applications.GetClientIdAsync(known) ?? ""))
                await applications.DeleteAsync(known);

        foreach (var (id, client) in clients)
        {
            var wanted = Describe(id, client);
            if (await applications.FindByClientIdAsync(id) is not { } known)
                await applications.CreateAsync(wanted);
            else if (!await MatchesAsync(applications, known, wanted))
                await applications.UpdateAsync(known, wanted);
        }
    }

    private static OpenIddictApplicationDescriptor Describe(string id, Client client) => new()
    {
        ClientId = id,
        ClientSecret = client.Secret,
        ClientType = ClientTypes.Confidential,
        Permissions = { Permissions.Endpoints.Token, Permissions.GrantTypes.ClientCredentials },
        Properties =
        {
            [Claims.Role] = JsonSerializer.SerializeToElement(client.Roles),
            [Organisation] = JsonSerializer.SerializeToElement(client.Organisation),
        },
    };

    private static async Task<bool> MatchesAsync(
        IOpenIddictApplicationManager applications, object known, OpenIddictApplicationDescriptor wanted)
    {
        var properties = await applications.GetPropertiesAsync(known);
        return wanted.Properties.All(one => properties.TryGetValue(one.Key, out var value) && JsonElement.DeepEquals(value, one.Value))
            && await applications.ValidateClientSecretAsync(known, wanted.ClientSecret!);
    }
}

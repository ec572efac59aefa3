using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace Tremplin.Identity;

/// <summary>The ES256 key that signs access tokens, in <c>signing-key.pem</c> (PKCS #8): quick to verify in every service.</summary>
public static class SigningKey
{
    /// <summary>The key of the folder, generated at first start. Its id, the RFC 7638 thumbprint, stays the same.</summary>
    /// <exception cref="ArgumentException">The file holds no key.</exception>
    public static ECDsaSecurityKey ReadOrCreate(SecretFolder secrets)
    {
        var pem = secrets.ReadOrCreate("signing-key.pem", static () =>
        {
            using var generated = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            return generated.ExportPkcs8PrivateKeyPem() + "\n";
        });
        var ecdsa = ECDsa.Create();
        ecdsa.ImportFromPem(pem);
        var key = new ECDsaSecurityKey(ecdsa);
        key.KeyId = Base64UrlEncoder.Encode(key.ComputeJwkThumbprint());
        return key;
    }
}

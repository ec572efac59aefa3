using AwesomeAssertions;
using Xunit;

namespace Tremplin.Ledger.Specs;

public class MerkleSpecs
{
    /// <summary>The leaves and hashes with which Certificate Transparency's own implementations (RFC 6962) are tested.</summary>
    private static readonly byte[][] Leaves = [.. new[]
    {
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696A6B6C6D6E6F",
    }.Select(hex => Merkle.Leaf(Convert.FromHexString(hex)))];

    [Theory]
    [InlineData(0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData(1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")]
    [InlineData(2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125")]
    [InlineData(3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77")]
    [InlineData(4, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7")]
    [InlineData(5, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4")]
    [InlineData(6, "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef")]
    [InlineData(7, "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c")]
    [InlineData(8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328")]
    public void Gives_the_known_roots(int size, string root)
    {
        Convert.ToHexStringLower(Merkle.Root(Leaves.AsSpan(0, size))).Should().Be(root);
        Convert.ToHexStringLower(Grown(Leaves[..size]).Tree.Root()).Should().Be(root);
    }

    [Theory]
    [InlineData(0, 8, "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4")]
    [InlineData(5, 8, "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7")]
    [InlineData(2, 3, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125")]
    public void Gives_the_known_audit_paths(int index, int size, params string[] path) =>
        Merkle.Inclusion(index, size, Range).Select(Convert.ToHexStringLower).Should().Equal(path);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 8, "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4")]
    [InlineData(6, 8, "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7")]
    [InlineData(2, 5, "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b")]
    public void Gives_the_known_consistency_proofs(int first, int second, params string[] path) =>
        Merkle.Consistency(first, second, Range).Select(Convert.ToHexStringLower).Should().Equal(path);

    [Fact]
    public void Proves_every_leaf_in_every_small_tree_and_nothing_else()
    {
        var leaves = Many(70);
        for (var size = 1; size <= leaves.Length; size++)
        {
            var root = Merkle.Root(leaves.AsSpan(0, size));
            for (var index = 0; index < size; index++)
            {
                var path = Merkle.Inclusion(index, size, (from, to) => Merkle.Root(leaves.AsSpan((int)from, (int)(to - from))));
                Merkle.Includes(root, size, leaves[index], index, path).Should().BeTrue();
                Merkle.Includes(root, size, leaves[index], index ^ 1, path).Should().BeFalse();
                Merkle.Includes(root, size, Merkle.Leaf([9]), index, path).Should().BeFalse();
                Merkle.Includes(root, size, leaves[index], index, path.Append(root)).Should().BeFalse();
                Merkle.Includes(root, size, leaves[index], index, path.SkipLast(1)).Should().Be(size == 1);
            }
        }
    }

    [Fact]
    public void Proves_that_every_small_tree_continues_each_before_it_and_no_other()
    {
        var leaves = Many(70);
        var other = Merkle.Leaf([9]);
        for (var second = 1; second <= leaves.Length; second++)
        {
            for (var first = 1; first <= second; first++)
            {
                var (old, now) = (Merkle.Root(leaves.AsSpan(0, first)), Merkle.Root(leaves.AsSpan(0, second)));
                var path = Merkle.Consistency(first, second, (from, to) => Merkle.Root(leaves.AsSpan((int)from, (int)(to - from))));
                Merkle.Continues(first, old, second, now, path).Should().BeTrue();
                Merkle.Continues(first, other, second, now, path).Should().BeFalse();
                Merkle.Continues(first, old, second, other, path).Should().BeFalse();
                Merkle.Continues(first, old, second, now, [.. path, other]).Should().BeFalse();
                if (first < second)
                    Merkle.Continues(first, old, second, now, [.. path.SkipLast(1)]).Should().BeFalse();
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(66_007)]
    public void Grows_by_tiles_and_proves_from_them(int size)
    {
        var leaves = Many(size);
        var (tree, tiles) = Grown(leaves);
        tree.Size.Should().Be(size);
        var root = Merkle.Root(leaves);
        tree.Root().Should().Equal(root);
        new Tree(size, Tile).Root().Should().Equal(root, "it goes on from its tiles");
        foreach (var index in new[] { 0, size / 3, size / 2, size - 1 })
        {
            Merkle.Includes(root, size, leaves[index], index, Merkle.Inclusion(index, size, FromTiles)).Should().BeTrue();
            Merkle.Continues(index + 1, Merkle.Root(leaves.AsSpan(0, index + 1)), size, root, Merkle.Consistency(index + 1, size, FromTiles)).Should().BeTrue();
        }

        Tile Tile(int level, long index) => tiles[(level, index)];
        byte[] FromTiles(long start, long end) => Tree.Subtree(start, end, Tile);
    }

    [Fact]
    public void Says_which_tile_is_short() =>
        new Action(() => _ = new Tree(3, (level, index) => new(level, index, new byte[64]))).Should().Throw<InvalidDataException>().WithMessage("*Tile 0 of level 0*2*3*");

    private static byte[] Range(long start, long end) => Merkle.Root(Leaves.AsSpan((int)start, (int)(end - start)));

    private static byte[][] Many(int count) => [.. Enumerable.Range(0, count).Select(n => Merkle.Leaf(BitConverter.GetBytes(n)))];

    private static (Tree Tree, Dictionary<(int, long), Tile> Tiles) Grown(byte[][] leaves)
    {
        var (tree, tiles) = (new Tree(), new Dictionary<(int, long), Tile>());
        foreach (var tile in leaves.SelectMany(tree.Append))
            tiles.Add((tile.Level, tile.Index), tile);
        foreach (var tile in tree.Partial())
            tiles.Add((tile.Level, tile.Index), tile);
        return (tree, tiles);
    }
}

using System.Security.Cryptography;
using CrmSuite.Bus;
using CrmSuite.Contracts;

namespace CrmSuite.EventStore.Ingest;

/// <summary>One department's chain of packs, put together again from what stands beside its facts in the store.</summary>
/// <param name="start">A whole pack that is known, or <see cref="PackHead.None"/>.</param>
sealed class PackChain(PackHead start)
{
    IncrementalHash? open;
    PackHead opened = start;
    int count;

    /// <summary>The last pack of which every fact was seen.</summary>
    public PackHead Head { get; private set; } = start;

    /// <summary>Whether no pack has begun that is not complete.</summary>
    public bool IsWhole => open is null;

    /// <summary>Takes the department's next fact; answers what is wrong with it, or null.</summary>
    public string? Add(StoreMetadata fact)
    {
        if (open is null)
        {
            if (fact.PackNo != Head.No + 1 || fact.PackIndex != 0)
            {
                return $"fact {fact.PackIndex} of pack {fact.PackNo} stands where pack {Head.No + 1} should begin";
            }

            open = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            open.AppendData(Head.Hash.Span);
            (opened, count) = (new(fact.PackNo, fact.PackHash), 0);
        }

        if (fact.PackNo != opened.No || fact.PackIndex != count)
        {
            return $"fact {fact.PackIndex} of pack {fact.PackNo} stands where fact {count} of pack {opened.No} should; or that pack does not have its hash";
        }

        if (!opened.Same(new(fact.PackNo, fact.PackHash)))
        {
            return $"it names another hash than the facts of pack {opened.No} before it";
        }

        open.AppendData(fact.ContentHash);
        count++;
        if (open.GetCurrentHash().AsSpan().SequenceEqual(fact.PackHash))
        {
            Head = opened;
            open.Dispose();
            open = null;
        }

        return null;
    }
}

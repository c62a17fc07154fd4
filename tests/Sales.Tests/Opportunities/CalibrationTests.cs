using CrmSuite.Sales.Opportunities;

namespace CrmSuite.Sales.Tests.Opportunities;

public sealed class CalibrationTests
{
    [Fact]
    public void Each_bucket_tells_the_share_won_with_its_interval()
    {
        var bucket = Calibration.Of([.. Cases(5_500, OpportunityStatus.Won, 30), .. Cases(5_000, OpportunityStatus.Lost, 20), .. Cases(5_999, null, 7)])[5];
        Assert.Equal((5_000, 6_000, 30, 20, 7, false), (bucket.FromBp, bucket.ToBp, bucket.Won, bucket.Lost, bucket.Unresolved, bucket.IsTooFew));
        // Wilson, 95 %, 30 of 50: 0.4618 to 0.7239.
        Assert.Equal((0.6, 0.4618, 0.7239), (bucket.Share!.Value, Math.Round(bucket.Low!.Value, 4), Math.Round(bucket.High!.Value, 4)));
    }

    [Fact]
    public void Fewer_than_thirty_decided_deals_are_too_few()
    {
        var bucket = Calibration.Of([.. Cases(100, OpportunityStatus.Won, 29), .. Cases(100, null, 500)])[0];
        Assert.Equal((true, 29, 500), (bucket.IsTooFew, bucket.Won, bucket.Unresolved));
        Assert.Null(bucket.Share ?? bucket.Low ?? bucket.High);
        Assert.False(Calibration.Of(Cases(100, OpportunityStatus.Lost, 30))[0].IsTooFew);
    }

    [Fact]
    public void Certainty_belongs_to_the_last_bucket_and_withdrawn_deals_to_none()
    {
        var buckets = Calibration.Of([.. Cases(10_000, OpportunityStatus.Won, 3), .. Cases(9_000, OpportunityStatus.Lost, 1),
            .. Cases(0, OpportunityStatus.Withdrawn, 5)]);
        Assert.Equal((10, 3, 1), (buckets.Count, buckets[9].Won, buckets[9].Lost));
        Assert.Equal((0, 0, 0), (buckets[0].Won, buckets[0].Lost, buckets[0].Unresolved));
    }

    static IEnumerable<Calibration.Case> Cases(int probabilityBp, OpportunityStatus? status, int count) =>
        Enumerable.Repeat(new Calibration.Case(probabilityBp, status), count);
}

using CrmSuite.Analytics.Models;

namespace CrmSuite.Analytics.Tests.Models;

public sealed class RepeatBuyingTests
{
    static readonly BgNbd Published = new() { R = 0.2426, Alpha = 4.4136, A = 0.7929, B = 2.4259 };

    [Fact]
    public void The_likelihood_of_a_customer_without_repeats_is_the_published_one() =>
        Assert.Equal(-0.59947382, new BgNbd { R = 0.25, Alpha = 4, A = 0.8, B = 2.5 }.LogLikelihood(new(0, 0, 40)), 8);

    [Fact]
    public void The_likelihood_does_not_overflow_at_two_hundred_repeats() =>
        Assert.Equal(100.7957, new BgNbd { R = 0.25, Alpha = 4, A = 0.8, B = 2.5 }.LogLikelihood(new(200, 38, 40)), 4);

    [Fact]
    public void A_known_customer_is_expected_to_buy_as_published()
    {
        Buyer customer = new(2, 30.43, 38.86);
        Assert.Equal(1.226, Published.Expected(customer, 39), 3);
        Assert.Equal(0.7266, Published.Alive(customer), 4);
    }

    [Theory]
    [InlineData(1.0 / 7, 0.0078)]
    [InlineData(1, 0.0532)]
    [InlineData(3, 0.1506)]
    [InlineData(31.8571, 1.0405)]
    [InlineData(32, 1.0437)]
    [InlineData(78, 1.8576)]
    public void A_new_customer_is_expected_to_buy_as_published(double weeks, double expected) =>
        Assert.Equal(expected, Published.ExpectedOfNew(weeks), 0.0005);

    [Fact]
    public void The_probability_of_no_repeat_is_the_published_one() =>
        Assert.Equal(0.5737864, new BgNbd { R = 0.243, Alpha = 4.414, A = 0.793, B = 2.426 }.NoPurchase(new(0, 0, 0), 39), 7);

    [Fact]
    public void At_a_equal_to_one_the_expectation_is_the_limit_from_both_sides()
    {
        Buyer customer = new(3, 20, 30);
        double At(double a) => (Published with { A = a }).Expected(customer, 26);
        Assert.Equal((At(1 - 1e-4) + At(1 + 1e-4)) / 2, At(1), 6);
        Assert.Equal(At(1 + 1e-9), At(1), 6);
    }

    [Fact]
    public void The_expectation_agrees_with_the_textbook_form()
    {
        foreach (Buyer customer in (Buyer[])[new(0, 0, 10), new(1, 3, 30), new(7, 28, 38.7), new(29, 38, 38.9)])
        {
            foreach (var (a, b) in ((double, double)[])[(0.79, 2.43), (1.7, 0.9), (0.3, 0.5), (3.1, 7)])
            {
                var bg = new BgNbd { R = 0.24, Alpha = 4.4, A = a, B = b };
                var mbg = new MbgNbd { R = 0.52, Alpha = 6.2, A = a, B = b };
                Assert.Equal(Textbook(bg, customer, customer.Repeats, 39), bg.Expected(customer, 39), 6);
                Assert.Equal(Textbook(mbg, customer, customer.Repeats + 1, 39), mbg.Expected(customer, 39), 6);
            }
        }
    }

    [Fact]
    public void Whatever_a_fit_ran_to_nobody_is_expected_to_buy_less_than_nothing_or_more_than_if_he_stayed()
    {
        double[] extremes = [1e-7, 0.5, 30, 1e5, 8.8e6];
        foreach (var (r, alpha, a, b) in from r in extremes from alpha in extremes from a in extremes from b in extremes select (r, alpha, a, b))
        {
            foreach (Buyer customer in (Buyer[])[new(0, 0, 10), new(3, 20, 38)])
            {
                Dropout[] models = [new BgNbd { R = r, Alpha = alpha, A = a, B = b }, new MbgNbd { R = r, Alpha = alpha, A = a, B = b }];
                foreach (var model in models)
                {
                    var expected = model.Expected(customer, 13);
                    var most = new Nbd { R = r, Alpha = alpha }.Expected(customer, 13);
                    Assert.True(expected >= 0 && expected <= most, $"{model} expects {expected} of at most {most} for {customer}.");
                }
            }
        }
    }

    [Fact]
    public void A_one_time_buyer_is_surely_alive_to_BG_and_not_to_MBG()
    {
        Assert.Equal(1, Published.Alive(new(0, 0, 38)));
        Assert.InRange(new MbgNbd { R = 0.5248, Alpha = 6.1831, A = 0.8914, B = 1.614 }.Alive(new(0, 0, 38)), 0.01, 0.9);
    }

    [Fact]
    public void Nobody_leaves_in_NBD()
    {
        var nbd = new Nbd { R = 0.3848, Alpha = 12.072 };
        Assert.Equal(1, nbd.Alive(new(3, 2, 30)));
        Assert.Equal((0.3848 + 3) / (12.072 + 30) * 39, nbd.Expected(new(3, 2, 30), 39), 12);
    }

    [Fact]
    public void Two_purchases_on_one_day_are_one_and_the_first_does_not_count() =>
        Assert.Equal(new Buyer(1, 1, 2), Buyer.Of([new(1997, 1, 1), new(1997, 1, 8)], new(1997, 1, 15)));

    /// <summary>The form of the papers, with the series of 2F1 summed as it stands.</summary>
    static double Textbook(Dropout model, Buyer customer, int survived, double weeks)
    {
        double z = weeks / (model.Alpha + customer.Age + weeks), c = model.A + model.B + survived - 1, term = 1, sum = 1;
        for (var n = 0; n < 20_000; n++)
        {
            term *= (model.R + customer.Repeats + n) * (model.B + survived + n) / ((c + n) * (n + 1)) * z;
            sum += term;
        }

        return c / (model.A - 1) * (1 - (Math.Pow(1 - z, model.R + customer.Repeats) * sum)) * model.Alive(customer);
    }
}

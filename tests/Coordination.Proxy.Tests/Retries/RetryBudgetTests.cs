namespace Coordination.Proxy.Tests;

public sealed class RetryBudgetTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void A_service_that_is_asked_seldom_has_a_few_retries_and_gets_them_back_with_time()
    {
        var budget = new RetryBudget(share: 0.2, perSecondMin: 1, _time);

        Assert.Equal(10, Spend(budget));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.InRange(Spend(budget), 1, 2);
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.InRange(Spend(budget), 9, 10);
    }

    [Fact]
    public void Every_request_earns_its_part_of_a_retry()
    {
        var budget = new RetryBudget(share: 0.2, perSecondMin: 0, _time);
        for (var i = 0; i < 1_001; i++)
        {
            budget.Deposit();
        }

        Assert.Equal(200, Spend(budget));
    }

    [Fact]
    public void What_is_not_spent_is_not_kept_for_ever()
    {
        var budget = new RetryBudget(share: 1, perSecondMin: 0, _time);
        for (var i = 0; i < 1_000; i++)
        {
            budget.Deposit();
        }

        _time.Advance(RetryBudget.Window * 3);

        Assert.InRange(Spend(budget), 40, 60);
    }

    private static int Spend(RetryBudget budget)
    {
        var spent = 0;
        while (budget.TryWithdraw())
        {
            spent++;
        }

        return spent;
    }
}

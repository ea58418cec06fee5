using CsCheck;

namespace Coordination.Raft.Tests;

/// <summary>
/// One replica in a storm of messages that a real group could have sent, in any order, repeated and late. The world behind the messages:
/// replica 2 leads the even terms and replica 3 the odd ones, each with a prefix of one log as its own, and nobody ever votes for the
/// replica under test. It must never throw, go back in term or commit, vote twice, or hold something else than that log where it is committed.
/// </summary>
public sealed class RandomMessageTests
{
    private const int TermsMax = 8;

    [Fact]
    public void No_order_of_possible_messages_breaks_a_replica() =>
        Gen.Select(Gen.Int[0, 15], Gen.Int[1, TermsMax], Gen.Int[0, 1_000_000]).Array[1, 120].Sample(
            steps =>
            {
                var storm = new Storm();
                foreach (var (kind, term, number) in steps)
                {
                    storm.Step(kind, term, number);
                }
            },
            iter: 3_000,
            threads: 1);

    private sealed class Storm
    {
        /// <summary>Entries per term: two on average, none in term 5. The log of the leader of a term ends with the term's last entry.</summary>
        private static readonly Entry[] World = Given.Commands(1, 1, 2, 3, 3, 3, 4, 6, 6, 7, 8);

        private readonly LoneReplica _replica = LoneReplica.New();
        private readonly SortedDictionary<Term, LogIndex> _acknowledged = [];
        private readonly SortedDictionary<Term, ReplicaId> _votes = [];
        private Term _term;
        private LogIndex _committed;

        public void Step(int kind, int term, int number)
        {
            if (kind < 11)
            {
                _replica.Step(MakeMessage(kind, term, number));
            }
            else
            {
                Disturb(kind, number);
            }

            Check();
        }

        private static ulong LeaderOf(int term) => term % 2 == 0 ? 2UL : 3UL;

        private static int LastIndexOf(int term) => World.Count(entry => entry.Term <= Given.In(term));

        private static int TermAt(int index) => index == 0 ? 0 : (int)World[index - 1].Term.Value;

        private Message MakeMessage(int kind, int term, int number)
        {
            ulong leader = LeaderOf(term);
            int last = LastIndexOf(term);
            return kind switch
            {
                0 or 1 => Append(leader, term, number, last),
                2 => From.Heartbeat(leader, term, KnownCommit(term, number), (ulong)number),
                3 => From.VoteRequest(leader, term, LastIndexOf(term - 1), TermAt(LastIndexOf(term - 1))),
                4 => From.PreVoteRequest(leader, term, last, TermAt(last)),
                5 => From.VoteResponse(leader, term, granted: false),
                6 => From.PreVoteResponse(leader, term, number % TermsMax, granted: number % 2 == 0),
                7 => From.Snapshot(leader, term, Snapshot(number % (last + 1))),
                8 => new TermNotice(Given.Id(leader), Given.Id(1), Given.In(term)),
                9 when IsCaughtUp(term, last) => new TimeoutNow(Given.Id(leader), Given.Id(1), Given.In(term)),
                _ => new Quiesce(Given.Id(leader), Given.Id(1), Given.In(term), Given.At(last), Given.In(TermAt(last))),
            };
        }

        private static AppendRequest Append(ulong leader, int term, int number, int last)
        {
            int previous = number % (last + 1);
            Entry[] entries = [.. World.Skip(previous).Take(Math.Min(number / 16 % 4, last - previous))];
            return From.Append(leader, term, previous, TermAt(previous), commit: number % (last + 1), entries);
        }

        private static SnapshotMetadata Snapshot(int index) => Given.Snapshot(index, TermAt(index), Given.Voters(1, 2, 3));

        /// <summary>A leader hands over only to a follower that acknowledged all that it has.</summary>
        private bool IsCaughtUp(int term, int last) =>
            _acknowledged.TryGetValue(Given.In(term), out var match) && match == Given.At(last);

        /// <summary>A leader announces at most what the replica acknowledged to it in its term.</summary>
        private int KnownCommit(int term, int number) =>
            _acknowledged.TryGetValue(Given.In(term), out var match) ? number % ((int)match.Value + 1) : 0;

        private void Disturb(int kind, int number)
        {
            switch (kind)
            {
                case 11:
                    _replica.Tick(number % 12);
                    break;
                case 12:
                    _replica.Node.Campaign();
                    break;
                case 13:
                    _replica.Replica.IsDiskStalled = !_replica.Replica.IsDiskStalled;
                    break;
                case 14:
                    Restart();
                    break;
                default:
                    _replica.Node.Read((ulong)number);
                    break;
            }

            _replica.Settle();
        }

        /// <summary>What was not on disk may be forgotten; what was sent on the strength of it may not, which <see cref="Check"/> sees.</summary>
        private void Restart()
        {
            _replica.Restart();
            (_term, _committed) = (_replica.Node.Term, _replica.Node.Committed);
        }

        private void Check()
        {
            var status = _replica.Node.GetStatus();
            Assert.True(status.Term >= _term && status.Committed >= _committed, "Term or commit went back.");
            Assert.NotEqual(ReplicaRole.Leader, status.Role);
            (_term, _committed) = (status.Term, status.Committed);
            foreach (var message in _replica.TakeSent())
            {
                Note(message);
            }

            Assert.All(_replica.Replica.AppliedEntries, entry => Assert.Same(World[(int)entry.Index.Value - 1], entry));
        }

        private void Note(Message message)
        {
            switch (message)
            {
                case AppendAccepted accepted:
                    var known = _acknowledged.GetValueOrDefault(accepted.Term);
                    _acknowledged[accepted.Term] = LogIndex.Max(known, accepted.MatchIndex);
                    break;
                case VoteResponse { Granted: true } vote:
                    NoteVote(vote.Term, vote.To);
                    break;
                case VoteRequest request:
                    NoteVote(request.Term, request.From);
                    break;
                default:
                    break;
            }
        }

        private void NoteVote(Term term, ReplicaId candidate) =>
            Assert.True(_votes.TryAdd(term, candidate) || _votes[term] == candidate, $"It voted twice in term {term}.");
    }
}

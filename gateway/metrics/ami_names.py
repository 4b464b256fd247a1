"""Names of AMI events that may become a label value of `hotline_events_total`; every other name counts as `other`.

Law: a name that came over the wire is never a label by itself. A dialplan can raise `UserEvent` with any text, and what
follows a forged line break looks like an event: without this list a caller could make as many series as he likes.
Source: documentation of the AMI events of Asterisk 16, 18, 20 and 22 (`manager show events`), list items included.
"""

OTHER = "other"

_NAMES = """
    AGIExecEnd AGIExecStart AOC-D AOC-E AOC-S AgentCalled AgentComplete AgentConnect AgentDump AgentLogin
    AgentLogoff AgentRingNoAnswer Agents AgentsComplete Alarm AlarmClear AntennaLevel AorDetail AorList
    AorListComplete AsyncAGIEnd AsyncAGIExec AsyncAGIStart AttendedTransfer AuthDetail AuthList AuthListComplete
    AuthMethodNotAllowed BlindTransfer BridgeCreate BridgeDestroy BridgeEnter BridgeInfoChannel BridgeInfoComplete
    BridgeLeave BridgeListComplete BridgeListItem BridgeMerge BridgeVideoSourceUpdate CDR CEL
    ChallengeResponseFailed ChallengeSent ChannelTalkingStart ChannelTalkingStop ChanSpyStart ChanSpyStop
    CoreShowChannel CoreShowChannelsComplete CoreShowChannelMapComplete ConfbridgeEnd ConfbridgeJoin ConfbridgeLeave
    ConfbridgeList ConfbridgeListComplete ConfbridgeListRooms ConfbridgeListRoomsComplete ConfbridgeMute
    ConfbridgeRecord ConfbridgeStart ConfbridgeStopRecord ConfbridgeTalking ConfbridgeUnmute ContactList
    ContactListComplete ContactStatus ContactStatusDetail DAHDIChannel DBGetComplete DBGetResponse DBGetTreeResponse
    DNDState DeviceStateChange DeviceStateListComplete DeviceInfoComplete DialBegin DialEnd DialState DTMFBegin
    DTMFEnd EndpointDetail EndpointDetailComplete EndpointList EndpointListComplete ExtensionStateListComplete
    ExtensionStatus FailedACL FAXSession FAXSessionsComplete FAXSessionsEntry FAXStats FAXStatus FeatureEnd
    FeatureStart Flash FullyBooted GenericMessage Hangup HangupHandlerPop HangupHandlerPush HangupHandlerRun
    HangupRequest Hold IdentifyDetail InvalidAccountID InvalidPassword InvalidTransport Load LoadAverageLimit
    LocalBridge LocalOptimizationBegin LocalOptimizationEnd LogChannel MCID MWIGet MWIGetComplete MeetmeEnd
    MeetmeJoin MeetmeLeave MeetmeMute MeetmeTalkRequest MeetmeTalking MemoryLimit MessageWaiting MiniVoiceMail
    MixMonitorMute MixMonitorStart MixMonitorStop MonitorStart MonitorStop MusicOnHoldStart MusicOnHoldStop
    NewAccountCode NewCallerid NewConnectedLine NewExten Newchannel Newexten Newstate OriginateResponse ParkedCall
    ParkedCallGiveUp ParkedCallSwap ParkedCallTimeOut ParkedCallsComplete Parkinglot ParkinglotsComplete PeerEntry
    PeerStatus PeerlistComplete Pickup PresenceStateChange PresenceStateListComplete PresenceStatus
    QueueCallerAbandon QueueCallerJoin QueueCallerLeave QueueEntry QueueMember QueueMemberAdded QueueMemberPause
    QueueMemberPenalty QueueMemberRemoved QueueMemberRinginuse QueueMemberStatus QueueParams QueueStatusComplete
    QueueSummary QueueSummaryComplete RTCPReceived RTCPSent ReceiveFAX Registry RegistrationsComplete Reload Rename
    RequestBadFormat RequestNotAllowed RequestNotSupported ResourceListDetail ResourceListDetailComplete SendFAX
    SessionLimit SessionTimeout Shutdown SIPQualifyPeerDone SoftHangupRequest SpanAlarm SpanAlarmClear Status
    StatusComplete SubscriptionsComplete SuccessfulAuth TransportDetail UnParkedCall UnexpectedAddress Unhold Unload
    UserEvent VarSet VoicemailPasswordChange VoicemailUserEntry VoicemailUserEntryComplete Wink
"""

KNOWN_EVENTS = frozenset(_NAMES.split())
"""Spelling as on the wire."""


def name_event(event: str) -> str:
    """The label value for one event name."""
    return event if event in KNOWN_EVENTS else OTHER

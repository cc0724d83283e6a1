/* A PKCS#11 module, as far as finding and making keys goes, whose token gives its keys one a call.
 * Its keys are numbers from 1 on, which are their versions too. */
#include <stdint.h>
#include <string.h>

#include <p11-kit/pkcs11.h>

static CK_ULONG key_count, given;

static CK_RV begin(void *args)
{
    (void)args;
    return CKR_OK;
}

static CK_RV list_slots(CK_BBOOL has_token, CK_SLOT_ID *slots, CK_ULONG *count)
{
    (void)has_token;
    *slots = 0;
    *count = 1;
    return CKR_OK;
}

static CK_RV tell_token(CK_SLOT_ID slot, CK_TOKEN_INFO *info)
{
    (void)slot;
    memset(info->label, ' ', sizeof info->label);
    memcpy(info->label, "few", 3);
    return CKR_OK;
}

static CK_RV open_session(CK_SLOT_ID slot, CK_FLAGS flags, void *application, CK_NOTIFY notify,
                          CK_SESSION_HANDLE *session)
{
    (void)slot, (void)flags, (void)application, (void)notify;
    *session = 1;
    return CKR_OK;
}

static CK_RV close_session(CK_SESSION_HANDLE session)
{
    (void)session;
    return CKR_OK;
}

static CK_RV log_in(CK_SESSION_HANDLE session, CK_USER_TYPE user, CK_BYTE *pin, CK_ULONG size)
{
    (void)session, (void)user, (void)pin, (void)size;
    return CKR_OK;
}

static CK_RV begin_search(CK_SESSION_HANDLE session, CK_ATTRIBUTE *wanted, CK_ULONG count)
{
    (void)session, (void)wanted, (void)count;
    given = 0;
    return CKR_OK;
}

static CK_RV find_next(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE *keys, CK_ULONG room,
                       CK_ULONG *count)
{
    (void)session;
    *count = room && given < key_count;
    if (*count)
        *keys = ++given;
    return CKR_OK;
}

static CK_RV end_search(CK_SESSION_HANDLE session)
{
    (void)session;
    return CKR_OK;
}

static CK_RV tell_id(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key, CK_ATTRIBUTE *id,
                     CK_ULONG count)
{
    const uint8_t bytes[4] = { 0, 0, (uint8_t)(key >> 8), (uint8_t)key };
    (void)session, (void)count;
    memcpy(id->pValue, bytes, sizeof bytes);
    id->ulValueLen = sizeof bytes;
    return CKR_OK;
}

static CK_RV make_key(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_ATTRIBUTE *attributes,
                      CK_ULONG count, CK_OBJECT_HANDLE *key)
{
    (void)session, (void)mechanism, (void)attributes, (void)count;
    *key = ++key_count;
    return CKR_OK;
}

__attribute__((visibility("default"))) CK_RV C_GetFunctionList(CK_FUNCTION_LIST **out)
{
    static CK_FUNCTION_LIST functions = { .C_Initialize = begin,
                                          .C_Finalize = begin,
                                          .C_GetSlotList = list_slots,
                                          .C_GetTokenInfo = tell_token,
                                          .C_OpenSession = open_session,
                                          .C_CloseSession = close_session,
                                          .C_Login = log_in,
                                          .C_FindObjectsInit = begin_search,
                                          .C_FindObjects = find_next,
                                          .C_FindObjectsFinal = end_search,
                                          .C_GetAttributeValue = tell_id,
                                          .C_GenerateKey = make_key };
    *out = &functions;
    return CKR_OK;
}

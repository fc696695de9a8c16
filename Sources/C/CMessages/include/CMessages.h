// Written by script/proto: every message of Proto/.
#pragma once
#include "lode/v1/blocks.pb-c.h"
#include "lode/v1/common.pb-c.h"
#include "lode/v1/envelope.pb-c.h"
#include "lode/v1/history.pb-c.h"
#include "lode/v1/jobs.pb-c.h"
#include "lode/v1/ledger.pb-c.h"
#include "lode/v1/shares.pb-c.h"
